package pollux.concurrency;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
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

    /** Two ask for the future while the value comes: one gets it, and the value with it. */
    static final class Given extends Race {

        @Override
        public void run() {
            Promise<Integer> promise = new Promise<>();
            Writer writer = new Writer(promise, 7);
            Asks one = new Asks(promise);
            Asks two = new Asks(promise);
            together(writer, one, two);
            require(writer.accepted, "the value was refused");
            require((one.party == null) != (two.party == null), "not exactly one has got the future");
            Party reader = one.party != null ? one.party : two.party;
            settle(reader);
            require((Integer) reader.answer() == 7, "the reader has not got the value");
        }
    }

    /** The reader changes its waker while the value comes: the latest one is woken, or the reader has seen the value. */
    static final class Moves extends Race {

        @Override
        public void run() {
            Promise<Integer> promise = new Promise<>();
            Moving reader = new Moving(promise.future());
            together(new Writer(promise, 7), reader);
            require(reader.hasHeard(), "the latest waker was not woken");
        }
    }

    /** The same over one field that the writer reads and writes in two steps. */
    static final class EndsInTwoSteps extends Race {

        @Override
        public void run() {
            OneField field = new OneField();
            Moving reader = new Moving(field);
            together(new Ends(field), reader);
            require(reader.hasHeard(), "the latest waker was not woken");
        }

        private static final class Ends implements Runnable {
            private final OneField field;

            Ends(OneField field) {
                this.field = field;
            }

            @Override
            public void run() {
                Object now = field.state.get();
                field.state.set(7);
                if (now instanceof Waker waker) {
                    waker.wake();
                }
            }
        }
    }

    /** The writer asks to be told of the cancellation while the reader waits, and the value comes after that. */
    static final class Watches extends Race {

        @Override
        public void run() {
            Promise<Integer> promise = new Promise<>();
            Told told = new Told();
            Party reader = new Party(promise.future());
            together(reader, new Watcher(promise, told), new Writer(promise, 7));
            settle(reader);
            require(reader.hasEnded(), "the reader was not woken");
            require(told.calls.get() == 0, "a completion was told as a cancellation");
        }
    }

    /** The same over one field to which the event is added in two steps. */
    static final class WatchesInTwoSteps extends Race {

        @Override
        public void run() {
            OneField field = new OneField();
            Party reader = new Party(field);
            together(reader, new Adds(field));
            Object now = field.state.getAndSet(7);
            ((Waker) now).wake();
            settle(reader);
            require(reader.hasEnded(), "the reader was not woken");
        }

        private static final class Adds implements Runnable {
            private final OneField field;

            Adds(OneField field) {
                this.field = field;
            }

            @Override
            public void run() {
                field.state.set(new Around((Waker) field.state.get()));
            }
        }

        private static final class Around implements Waker {
            private final Waker inner;

            Around(Waker inner) {
                this.inner = inner;
            }

            @Override
            public void wake() {
                inner.wake();
            }
        }
    }

    /** The writer asks to be told while the reader leaves. */
    static final class WatchesWhileLeaving extends Race {

        @Override
        public void run() {
            Promise<Integer> promise = new Promise<>();
            Told told = new Told();
            Future<Integer> future = promise.future();
            together(new Leave(future), new Watcher(promise, told));
            require(told.calls.get() == 1, "the writer was not told once that the reader had left");
        }
    }

    private static final class Asks implements Runnable {
        private final Promise<Integer> promise;
        private @Nullable Party party;

        Asks(Promise<Integer> promise) {
            this.promise = promise;
        }

        @Override
        public void run() {
            try {
                party = new Party(promise.future());
            } catch (IllegalStateException taken) {
                party = null;
            }
        }
    }

    /** Polls with one waker and then with another. */
    private static final class Moving implements Runnable {
        private final Future<?> future;
        private final Flag second = new Flag();
        private boolean ended;

        Moving(Future<?> future) {
            this.future = future;
        }

        @Override
        public void run() {
            ended = RawFuture.pollAny(future, new Context(new Flag(), Services.NONE)) != RawFuture.PENDING
                    || RawFuture.pollAny(future, new Context(second, Services.NONE)) != RawFuture.PENDING;
        }

        boolean hasHeard() {
            return ended || second.woken;
        }
    }

    private static final class Flag implements Waker {
        private volatile boolean woken;

        @Override
        public void wake() {
            woken = true;
        }
    }

    /** As the field of a promise, whose other side is up to the race. */
    private static final class OneField extends RawFuture<Integer> {
        private final AtomicReference<Object> state = new AtomicReference<>(new Flag());

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Object now = state.get();
            while (now instanceof Waker) {
                if (state.compareAndSet(now, cx.waker())) {
                    return PENDING;
                }
                now = state.get();
            }
            return now;
        }
    }

    private static final class Watcher implements Runnable {
        private final Promise<Integer> promise;
        private final Runnable action;

        Watcher(Promise<Integer> promise, Runnable action) {
            this.promise = promise;
            this.action = action;
        }

        @Override
        public void run() {
            promise.onCancel(action);
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
