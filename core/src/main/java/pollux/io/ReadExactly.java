package pollux.io;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;

/** {@link AsyncReader#readExactly}. */
final class ReadExactly extends IoLoop<Void> {

    private final AsyncReader reader;
    private final ByteBuffer into;
    private final int wanted;

    ReadExactly(AsyncReader reader, ByteBuffer into) {
        this.reader = reader;
        this.into = Objects.requireNonNull(into, "into");
        this.wanted = into.remaining();
    }

    @Override
    @Nullable
    Future<?> next(Context cx) {
        return into.hasRemaining() ? reader.read(into) : null;
    }

    @Override
    void took(@Nullable Object answer) throws EOFException {
        if (count(answer) < 0) {
            throw new EOFException("the end came " + into.remaining() + " bytes before the " + wanted
                    + " that were to be read exactly; " + reader);
        }
    }

    @Override
    @Nullable
    Void result() {
        return null;
    }
}
