package pollux.stream;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.sync.Broadcast;

/** {@link AsyncStream#broadcast}. */
final class SendAllFuture<T> extends RawFuture<Void> implements Inspectable {

    private final FoldFuture<T, Void> sending;
    private final Broadcast<? super T> channel;

    SendAllFuture(AsyncStream<T> source, Broadcast<? super T> channel) {
        this.channel = channel;
        this.sending = new FoldFuture<>(source, null, (none, item) -> {
            channel.send(item);
            return null;
        });
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Object answer;
        try {
            answer = sending.pollRaw(cx);
        } catch (Throwable failure) {
            channel.close(failure);
            throw failure;
        }
        if (answer != PENDING) {
            channel.close();
        }
        return answer;
    }

    @Override
    public boolean cancel() {
        channel.close(new CancellationException("the source of the broadcast was cancelled"));
        return sending.cancel();
    }

    @Override
    public boolean hasDecided() {
        return sending.hasDecided();
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("AsyncStream.broadcast").note(channel.toString()).awaits(sending);
    }

    @Override
    public String toString() {
        return "AsyncStream.broadcast(" + channel + ")";
    }
}
