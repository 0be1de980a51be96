package pollux.io;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;

/** {@link AsyncWriter#writeAll}. */
final class WriteAll extends IoLoop<Void> {

    private final AsyncWriter writer;
    private final ByteBuffer from;

    WriteAll(AsyncWriter writer, ByteBuffer from) {
        this.writer = writer;
        this.from = Objects.requireNonNull(from, "from");
    }

    @Override
    @Nullable
    Future<?> next(Context cx) {
        return from.hasRemaining() ? writer.write(from) : null;
    }

    @Override
    void took(@Nullable Object answer) {}

    @Override
    @Nullable
    Void result() {
        return null;
    }
}
