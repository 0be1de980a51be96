package pollux.stream;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.internal.trace.Ended;
import pollux.sync.BroadcastReceiver;
import pollux.sync.LaggedException;

/** {@link AsyncStreams#from(BroadcastReceiver)}. */
final class BroadcastStream<T> extends RawStream<T> implements Inspectable {

    private final BroadcastReceiver<T> receiver;

    /** Null if a lag is the failure of the stream. */
    private final @Nullable Consumer<? super LaggedException> onLag;

    private boolean ended;

    BroadcastStream(BroadcastReceiver<T> receiver, @Nullable Consumer<? super LaggedException> onLag) {
        this.receiver = Objects.requireNonNull(receiver, "receiver");
        this.onLag = onLag;
    }

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        if (ended) {
            throw Ended.stream(this);
        }
        try {
            Object item = pollPastLags(cx);
            if (item == null) {
                cancel();
            }
            return item;
        } catch (Throwable failure) {
            cancel();
            throw failure;
        }
    }

    private @Nullable Object pollPastLags(Context cx) {
        while (true) {
            try {
                return receiver.pollReceive(cx);
            } catch (LaggedException lag) {
                if (onLag == null) {
                    throw lag;
                }
                cx.spend(); // a sender may be faster for ever
                onLag.accept(lag);
            }
        }
    }

    @Override
    public boolean cancel() {
        ended = true;
        receiver.close();
        return true;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("AsyncStreams.from").note(receiver.toString());
    }

    @Override
    public String toString() {
        return "AsyncStreams.from(" + receiver + ")";
    }
}
