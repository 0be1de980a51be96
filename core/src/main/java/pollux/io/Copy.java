package pollux.io;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;

/** {@link AsyncReader#copyTo}. */
final class Copy extends IoLoop<Long> {

    private static final int SIZE = 16 * 1024;

    private final AsyncReader reader;
    private final AsyncWriter writer;
    private @Nullable ByteBuffer buffer;
    private boolean reading;
    private boolean end;
    private boolean flushed;
    private long copied;

    Copy(AsyncReader reader, AsyncWriter writer) {
        this.reader = reader;
        this.writer = Objects.requireNonNull(writer, "writer");
    }

    @Override
    @Nullable
    Future<?> next(Context cx) {
        ByteBuffer bytes = buffer;
        if (bytes == null) {
            bytes = ByteBuffer.allocate(SIZE);
            buffer = bytes;
        }
        if (end) {
            if (flushed) {
                return null;
            }
            flushed = true;
            reading = false;
            return writer.flush();
        }
        reading = !reading;
        return reading ? reader.read(bytes.clear()) : writer.writeAll(bytes.flip());
    }

    @Override
    void took(@Nullable Object answer) {
        if (reading) {
            int count = count(answer);
            end = count < 0;
            copied += Math.max(count, 0);
        }
    }

    @Override
    Long result() {
        return copied;
    }
}
