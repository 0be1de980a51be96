package pollux.benchmarks;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.sync.Sender;

/** A task that sends so many items one by one and closes its sender. */
final class Producer<T> extends RawFuture<Void> {

    private final Sender<T> sender;
    private final int items;
    private final IntFunction<T> source;
    private @Nullable Future<Void> sending;
    private int sent;

    Producer(Sender<T> sender, int items, IntFunction<T> source) {
        this.sender = sender;
        this.items = items;
        this.source = source;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        for (; sent < items; sent++) {
            if (sending == null) {
                sending = sender.send(source.apply(sent));
            }
            if (RawFuture.pollAny(sending, cx) == PENDING) {
                return PENDING;
            }
            sending = null;
        }
        sender.close();
        return null;
    }
}
