package pollux.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import pollux.concurrency.Party;
import pollux.concurrency.Race;
import pollux.future.Context;
import pollux.future.Services;
import pollux.future.Waker;

/** Two senders come to a full channel of two slots while the receiver takes what is there in one batch. */
class BatchRace extends Race {

    @Override
    public void run() {
        MpscCore<Integer> core = new MpscCore<>(2, null);
        Sender<Integer> sender = new Sender<>(core);
        sender.trySend(0);
        sender.trySend(1);
        Party first = new Party(sender.send(2));
        Party second = new Party(sender.send(3));
        Batch batch = batch(core);
        together(first, second, batch);
        settle(first, second);
        require(batch.taken.size() >= 2, "an item that was there was not taken");
        require(first.hasEnded() && second.hasEnded(), "a sender was not told of the room");
        List<Integer> rest = new ArrayList<>(batch.taken);
        for (Integer item = core.take(); item != null; item = core.take()) {
            rest.add(item);
        }
        require(rest.size() == 4 && rest.get(0) == 0 && rest.get(1) == 1, "an item was lost, or came out of turn");
        require(rest.get(2) + rest.get(3) == 5, "an item was lost or came twice");
    }

    Batch batch(MpscCore<Integer> core) {
        return new Batch(core);
    }

    /** The batch of core. */
    static class Batch implements Runnable, BooleanSupplier, Consumer<Integer> {

        final MpscCore<Integer> core;
        final List<Integer> taken = new ArrayList<>();

        Batch(MpscCore<Integer> core) {
            this.core = core;
        }

        @Override
        public void run() {
            core.takeWhile(new Context(Waker.noop(), Services.NONE), this, this, this);
        }

        @Override
        public boolean getAsBoolean() {
            return true;
        }

        @Override
        public void accept(Integer item) {
            taken.add(item);
        }
    }

    /** Canary: the senders are told when the batch begins, and not of what it takes. */
    static final class ToldTooEarly extends BatchRace {
        @Override
        Batch batch(MpscCore<Integer> core) {
            return new Batch(core) {
                @Override
                public void run() {
                    core.tellSenders();
                    for (Integer item = core.takeOnly(); item != null; item = core.takeOnly()) {
                        accept(item);
                    }
                }
            };
        }
    }
}
