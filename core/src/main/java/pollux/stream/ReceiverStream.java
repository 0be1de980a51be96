package pollux.stream;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.internal.trace.Ended;
import pollux.sync.Receiver;

/** {@link AsyncStreams#from(Receiver)}. */
final class ReceiverStream<T> extends RawStream<T> implements Inspectable {

    private final Receiver<T> receiver;
    private final Consumer<? super T> discard;
    private boolean ended;

    ReceiverStream(Receiver<T> receiver, Consumer<? super T> discard) {
        this.receiver = Objects.requireNonNull(receiver, "receiver");
        this.discard = Objects.requireNonNull(discard, "discard");
    }

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        if (ended) {
            throw Ended.stream(this);
        }
        Object item = receiver.pollReceive(cx, this);
        ended = item == null;
        return item;
    }

    @Override
    public @Nullable Object pollInto(Context cx, Sink<? super T> sink) {
        if (!ended) {
            receiver.receiveWhile(cx, this, sink::wants, sink::push);
            if (!sink.wants()) { // so no further item is taken for it
                ended = sink.isOpen() && receiver.pollOver(cx, this);
                return ended ? null : PENDING;
            }
        }
        return pollNextRaw(cx);
    }

    @Override
    public boolean pollEnd(Context cx) {
        return ended || receiver.pollOver(cx, this);
    }

    @Override
    public boolean cancel() {
        ended = true;
        receiver.close(discard);
        return true;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("AsyncStreams.from").awaits(receiver);
    }

    @Override
    public String toString() {
        return "AsyncStreams.from(" + receiver + ")";
    }
}
