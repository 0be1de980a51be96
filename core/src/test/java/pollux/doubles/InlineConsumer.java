package pollux.doubles;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;

/** Polls a stream on whichever thread wakes it, as an inline task does; single-threaded use only. */
public final class InlineConsumer implements Waker {

    private final AsyncStream<?> stream;
    private final Consumer<Object> onItem;
    private boolean running;
    private boolean again;
    private boolean ended;

    public InlineConsumer(AsyncStream<?> stream, Consumer<Object> onItem) {
        this.stream = stream;
        this.onItem = onItem;
    }

    @Override
    public void wake() {
        again = true;
        if (running || ended) {
            return;
        }
        running = true;
        while (again) {
            again = false;
            @Nullable Object item;
            Context cx = new Context(this, Services.NONE);
            while ((item = RawStream.pollAny(stream, cx)) != null && item != RawStream.PENDING) {
                onItem.accept(item);
            }
            ended = item == null;
        }
        running = false;
    }
}
