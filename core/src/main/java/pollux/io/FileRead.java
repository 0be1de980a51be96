package pollux.io;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@link AsyncFile#read}: by way of a buffer of its own, so that no thread writes into the caller's after a cancel. */
final class FileRead extends FileOperation<Integer, Integer> {

    private final ByteBuffer into;
    private byte @Nullable [] bytes;

    FileRead(AsyncFile file, ByteBuffer into) {
        super(file, "read(…)");
        this.into = into;
    }

    @Override
    boolean isEmpty() {
        return !into.hasRemaining();
    }

    @Override
    BlockingStep<Integer> begin() {
        byte[] room = new byte[AsyncFile.chunk(into)];
        bytes = room;
        return file.step("read(…)", at -> file.load(room, at));
    }

    @Override
    Integer took(Integer count) {
        if (count > 0) {
            into.put(Objects.requireNonNull(bytes), 0, count); // throws before anything has moved
            file.advance(count);
        }
        return count;
    }
}
