package pollux.io;

import java.nio.ByteBuffer;
import pollux.future.Failures;
import pollux.io.AsyncFile.Written;

/**
 * {@link AsyncFile#write}: of a copy, so that the caller's buffer is the caller's again after a cancel. The position of
 * the buffer and that of the file move together, in {@link #took} and {@link #handedOver} only.
 */
final class FileWrite extends FileOperation<Written, Integer> {

    private final ByteBuffer from;
    private int size;

    FileWrite(AsyncFile file, ByteBuffer from) {
        super(file, "write(…)");
        this.from = from;
    }

    @Override
    boolean isEmpty() {
        return !from.hasRemaining();
    }

    @Override
    BlockingStep<Written> begin() {
        byte[] bytes = new byte[AsyncFile.chunk(from)];
        from.duplicate().get(bytes);
        size = bytes.length;
        return file.step("write(…)", at -> file.store(bytes, at));
    }

    @Override
    Integer took(Written written) {
        advance(written.count());
        Throwable failure = written.failure();
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return written.count();
    }

    /**
     * The file has taken the bytes; should the call fail, the next operation on the file says how many of them are
     * lost.
     */
    @Override
    void handedOver() {
        advance(size);
    }

    private void advance(int count) {
        from.position(from.position() + count);
        file.advance(count);
    }
}
