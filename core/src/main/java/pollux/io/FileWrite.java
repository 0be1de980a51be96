package pollux.io;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;

/** {@link AsyncFile#write}: of a copy, so that the caller's buffer is the caller's again after a cancel. */
final class FileWrite extends IoLoop<Integer> {

    private final AsyncFile file;
    private final ByteBuffer from;
    private boolean begun;
    private boolean claimed;
    private int count;

    FileWrite(AsyncFile file, ByteBuffer from) {
        this.file = file;
        this.from = from;
    }

    @Override
    @Nullable
    Future<?> next(Context cx) {
        if (begun || !from.hasRemaining()) {
            return null;
        }
        file.claim(this);
        claimed = true;
        begun = true;
        byte[] bytes = new byte[AsyncFile.chunk(from)];
        from.duplicate().get(bytes);
        return new BlockingStep<>("write(…) to " + file, () -> file.store(bytes));
    }

    @Override
    void took(@Nullable Object answer) {
        count = (Integer) answer;
        from.position(from.position() + count);
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
        return "write(…)";
    }
}
