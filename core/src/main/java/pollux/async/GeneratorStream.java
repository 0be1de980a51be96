package pollux.async;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.BlockFuture;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.trace.Ended;
import pollux.stream.RawStream;

/** {@link Async#stream}: polls the run of a generator block until it has emitted an item. */
final class GeneratorStream<T> extends RawStream<T> implements Emitter<T>, Inspectable {

    /*
     * An emission is a future that stays pending until its item has been taken:
     *
     *     IDLE ──emitting(item)──▶ READY ──first poll──▶ OFFERED ──the stream is polled again──▶ TAKEN ──poll──▶ IDLE
     *                                  └──first poll, and the sink wants it: pushed, and the emission is over──▶ IDLE
     *
     * Where the block has ended the first poll fails, and so does what is OFFERED (it is FAILED then): nothing would
     * take the item.
     *
     * The sink is lent for one poll, by a bridge whose subscriber has demand. It is used only where the emission is
     * polled as the stream itself is, by the same waker and with the same services: a receiver must not find
     * thread-locals of a part of the block around it. The context tells that by one comparison (Context.lendTo). The
     * first emission that is offered takes the sink away, so none overtakes it. Behind the last item of the demand the
     * block runs on, as in pollEnd, and its next emission is suspended and not `given`. If the receiver cancels inside
     * the push, the next emission stays suspended, and is cancelled there.
     *
     * The stream is polled again by pollNextRaw, or by pollEnd: then the block runs on without demand, to its end or to
     * its next emission. That one is offered and not `given`, so its item waits in the block until it is asked for. An
     * end that was found so is kept in `found` until the poll that tells it.
     *
     * A generator that simply emits one item after the other uses `own` again and again, and allocates nothing per
     * item. If it awaits each emission where it makes it (AwaitedCalls), an item that is pushed needs no emission at
     * all. While one emission is offered, others (from futures that the block runs side by side) queue up behind it.
     *
     * The task is not woken for an emission that was taken: taking it *is* the consumer's next poll, and that poll goes
     * on with the run. Only if the block polls the emission under a waker of its own (in a join, say) does that part of
     * the run have to be told, so then the emission keeps the waker.
     */

    private final StreamBlock<T> block;
    private final Emission<T> own = new Emission<>(this);
    private final ArrayDeque<Emission<T>> queue = new ArrayDeque<>(0);
    private @Nullable Emission<T> offered;
    private @Nullable Future<?> run;
    private @Nullable Waker polledBy;
    private boolean ended;

    /** Lent for the poll under way, as long as no emission is offered; else null. */
    private @Nullable Sink<? super T> sink;

    /** Whether the item that is offered was answered to a poll. */
    private boolean given;

    /** The end that pollEnd has found: this object for completion, or the failure. */
    private @Nullable Object found;

    GeneratorStream(StreamBlock<T> block) {
        this.block = block;
    }

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        return poll(cx, null);
    }

    @Override
    public @Nullable Object pollInto(Context cx, Sink<? super T> lent) {
        Object before = cx.lendTo(this);
        try {
            return poll(cx, lent);
        } finally {
            sink = null;
            cx.lendTo(before);
        }
    }

    private @Nullable Object poll(Context cx, @Nullable Sink<? super T> lent) {
        if (ended) {
            throw Ended.stream(this);
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        if (found != null) {
            return tellEnd(found);
        }
        polledBy = cx.waker();
        int before = cx.budget();
        takeGiven();
        if (offered == null) {
            sink = lent;
            if (runOn(cx)) {
                return null;
            }
        }
        if (offered == null || lent != null && !lent.wants()) {
            return PENDING;
        }
        cx.spendSince(before); // the block has counted its emission, unless this item is the first
        given = true;
        return offered.item;
    }

    /** Pushes an item instead of offering it, if it is polled as this stream is and the receiver wants it. */
    boolean pushes(T item, Context cx) {
        return cx.lentTo() == this && pushesHere(item, cx);
    }

    /** As {@link #pushes}, where the context is {@linkplain Context#lentTo lent to this}. */
    boolean pushesHere(T item, Context cx) {
        Sink<? super T> open = sink;
        return open != null && open.pushStep(item, cx);
    }

    /** Goes on behind the item that was answered last, if there is one. */
    private void takeGiven() {
        Emission<T> taken = offered;
        if (taken != null && given) {
            given = false;
            offered = queue.poll();
            taken.take();
        }
    }

    /** Polls the block; true at its end. */
    private boolean runOn(Context cx) {
        ended = true; // stays so if the code throws
        Future<?> running = run;
        if (running == null) {
            run = running = start();
        }
        Object answer = null;
        try {
            answer = RawFuture.pollAny(running, cx);
        } finally {
            if (answer != PENDING) {
                run = null;
                failEmissions();
            }
        }
        ended = answer != PENDING;
        return ended;
    }

    /** Tells emissions that other tasks wait for, against the rule, that the block is over: nothing takes them. */
    private void failEmissions() {
        while (offered != null) {
            Emission<T> left = offered;
            offered = queue.poll();
            left.fail();
        }
    }

    private @Nullable Object tellEnd(Object end) {
        ended = true;
        found = null;
        if (end instanceof Throwable failure) {
            throw Failures.rethrow(failure);
        }
        return null;
    }

    /**
     * Runs on behind the last item, so that an end, or a failure, needs no further demand. A block that has not begun
     * stays so.
     */
    @Override
    public boolean pollEnd(Context cx) {
        if (ended || found != null) {
            return true;
        }
        if (run == null || offered != null && !given || cx.mustYield()) {
            return false;
        }
        polledBy = cx.waker();
        takeGiven();
        if (offered != null) {
            return false;
        }
        try {
            if (!runOn(cx)) {
                return false;
            }
            found = this;
        } catch (Throwable failure) {
            run = null;
            found = failure;
        }
        ended = false; // until it is told
        return true;
    }

    @Override
    public boolean cancel() {
        Future<?> running = run;
        if (found instanceof Throwable failure && !(failure instanceof CancellationException)) {
            Failures.report("a generator had failed when its stream was cancelled: " + this, failure);
        }
        found = null;
        if (running == null || running.cancel()) {
            ended = true;
            run = null;
            return true;
        }
        return false;
    }

    @Override
    public boolean hasDecided() {
        return RawFuture.hasDecided(run);
    }

    @Override
    public void emit(T item) {
        throw UncompiledAwait.notCompiled("Emitter.emit", "");
    }

    @Override
    public Future<Void> emitting(T item) {
        Objects.requireNonNull(item, "the items of a stream are never null");
        Emission<T> emission = own.state == Emission.IDLE ? own : new Emission<>(this);
        emission.item = item;
        emission.state = Emission.READY;
        return emission;
    }

    /** Returns the block of a run that has not started, null of one that has. */
    @Nullable
    StreamBlock<T> block() {
        return run == null && !ended ? block : null;
    }

    private Future<?> start() {
        if (block instanceof CompiledStreamBlock<T> compiled) {
            return compiled.start(this);
        }
        return new BlockFuture<Void>(() -> {
            block.run(this);
            return null;
        });
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("Async.stream").awaits(run);
    }

    @Override
    public String toString() {
        return "Async.stream(" + (ended ? "ended" : run == null ? block : run) + ")";
    }

    /** One item on its way out. */
    private static final class Emission<T> extends RawFuture<Void> {

        static final int IDLE = 0;
        static final int READY = 1;
        static final int OFFERED = 2;
        static final int TAKEN = 3;
        static final int FAILED = 4;

        private final GeneratorStream<T> stream;
        private int state;
        private @Nullable T item;
        private @Nullable Waker part;

        Emission(GeneratorStream<T> stream) {
            this.stream = stream;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            switch (state) {
                case READY -> {
                    if (stream.run == null) {
                        throw afterTheEnd();
                    }
                    T made = Objects.requireNonNull(item);
                    if (stream.pushes(made, cx)) {
                        state = IDLE;
                        item = null;
                        return null;
                    }
                    state = OFFERED;
                    stream.sink = null;
                    if (stream.offered == null) {
                        stream.offered = this;
                    } else {
                        stream.queue.add(this);
                    }
                }
                case TAKEN -> {
                    state = IDLE;
                    return null;
                }
                case IDLE -> throw Ended.future(this);
                case FAILED -> throw afterTheEnd();
                default -> {}
            }
            part = cx.waker() == stream.polledBy ? null : cx.waker();
            return PENDING;
        }

        void take() {
            leave(TAKEN);
        }

        void fail() {
            leave(FAILED);
        }

        private IllegalStateException afterTheEnd() {
            state = IDLE;
            item = null;
            return new IllegalStateException("emitted after the end of the block that the emitter belongs to: " + stream
                    + ". Emit in the block itself, or in what it awaits");
        }

        private void leave(int next) {
            state = next;
            item = null;
            Waker waiting = part;
            part = null;
            if (waiting != null) {
                waiting.wake();
            }
        }

        @Override
        public boolean cancel() {
            if (state == OFFERED) {
                if (stream.offered == this) {
                    stream.given = false;
                    stream.offered = stream.queue.poll();
                } else {
                    stream.queue.remove(this);
                }
            }
            state = IDLE;
            item = null;
            part = null;
            return true;
        }

        @Override
        public String toString() {
            return "Emitter.emit()";
        }
    }
}
