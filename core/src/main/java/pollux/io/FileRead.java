package pollux.io;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;

/** {@link AsyncFile#read}: by way of a buffer of its own, so that no thread writes into the caller's after a cancel. */
final class FileRead extends IoLoop<Integer> {

    private final AsyncFile file;
    private final ByteBuffer into;
    private byte @Nullable [] bytes;
    private boolean claimed;
    private int count;

    FileRead(AsyncFile file, ByteBuffer into) {
        this.file = file;
        this.into = into;
    }

    @Override
    @Nullable
    Future<?> next(Context cx) {
        if (bytes != null || !into.hasRemaining()) {
            return null;
        }
        file.claim(this);
        claimed = true;
        byte[] room = new byte[AsyncFile.chunk(into)];
        bytes = room;
        return new BlockingStep<>("read(…) of " + file, () -> file.load(room));
    }

    @Override
    void took(@Nullable Object answer) {
        count = (Integer) answer;
        if (count > 0) {
            into.put(bytes, 0, count);
            file.advance(count);
        }
    }

    @Override
    Integer result() {
        return count;
    }

    @Override
    void over() {
        if (claimed) {
            file.release();
        }
    }

    @Override
    public String toString() {
        return "read(…)";
    }
}
