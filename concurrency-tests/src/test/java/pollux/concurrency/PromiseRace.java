package pollux.concurrency;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import pollux.future.Future;
import pollux.sync.Promise;

/** Two writers and the reader of one promise. */
final class PromiseRace extends Race {

    @Override
    public void run() {
        Promise<Integer> promise = new Promise<>();
        Writer one = new Writer(promise, 1);
        Writer two = new Writer(promise, 2);
        Party reader = new Party(promise.future());
        together(one, two, reader);
        settle(reader);
        require(one.accepted ^ two.accepted, "not exactly one of the writers was accepted");
        require(reader.hasEnded(), "the reader was not woken");
        require((Integer) reader.answer() == (one.accepted ? 1 : 2), "the reader has not got what was accepted");
    }

    /** The reader leaves while the value comes. */
    static final class Leaving extends Race {

        @Override
        public void run() {
            Undelivered undelivered = new Undelivered();
            Promise<Integer> promise = new Promise<>(undelivered);
            Future<Integer> future = promise.future();
            Told told = new Told();
            promise.onCancel(told);
            Writer writer = new Writer(promise, 7);
            together(writer, new Leave(future));
            require(
                    undelivered.count.get() == (writer.accepted ? 1 : 0),
                    "an accepted value was lost, or a refused one taken");
            require(told.calls.get() == (writer.accepted ? 0 : 1), "the writer was not told that the reader had left");
        }
    }

    private static final class Writer implements Runnable {
        private final Promise<Integer> promise;
        private final int value;
        private boolean accepted;

        Writer(Promise<Integer> promise, int value) {
            this.promise = promise;
            this.value = value;
        }

        @Override
        public void run() {
            accepted = promise.complete(value);
        }
    }

    private static final class Leave implements Runnable {
        private final Future<Integer> future;

        Leave(Future<Integer> future) {
            this.future = future;
        }

        @Override
        public void run() {
            future.cancel();
        }
    }

    private static final class Told implements Runnable {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void run() {
            calls.incrementAndGet();
        }
    }

    private static final class Undelivered implements Consumer<Integer> {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void accept(Integer value) {
            count.incrementAndGet();
        }
    }
}
