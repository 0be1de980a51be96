package pollux.future;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.internal.trace.AwaitedAt;

/**
 * What a poll is given: the waker of the task, its cooperative budget, and the services around it.
 *
 * <p>One mutable object per worker, handed from poll to poll; no thread-local is involved. A future uses it during the
 * poll only, on the polling thread, and keeps nothing of it but the {@linkplain #waker() waker}.
 *
 * <p><b>Budget.</b> A task that always finds something ready would never give its worker back. So every loop over ready
 * things takes its steps by {@link RawFuture#pollStep}: each await of compiled code, each stage of a chain, each item
 * that an operator or a bridge pulls. A step that ends spends one of {@value #BUDGET}, whatever it polled: a constant,
 * a completed stage, a future of the user's own class. When nothing is left, the next step answers pending, and the
 * task goes to the back of the queue. Async methods without loops that await little are no steps where such methods
 * call them directly; other compiled code counts them, a loop {@value #TURN} at a time. Leaves (a channel, a timer, a
 * bridge) may spend by themselves, for callers that poll them by hand: they ask {@link #mustYield()} first and call
 * {@link #spend()} when they answer ready. A step that has spent already is not counted twice. After Tokio's
 * cooperative scheduling.
 */
public final class Context {

    /** Ready answers in one poll of a task, as in Tokio. */
    public static final int BUDGET = 128;

    /** How many steps {@link #spendTurn} counts; a power of two. */
    public static final int TURN = 16;

    /** Compiled frames that may run inside of each other: some 100 kB of stack, if each has few variables. */
    private static final int DEPTH = 256;

    private final Consumer<? super Waker> deferred;

    /** Null while nothing is polled: to write null costs no barrier of the collector. */
    private @Nullable Waker waker;

    /** The waker of the task while a part of it is polled. */
    private @Nullable Waker whole;

    private Services services = Services.NONE;
    private int budget = BUDGET;
    private int parts;
    private int depth;

    /** See {@link #setScratch}. */
    private long scratch;

    /** What a call that has no frame yet waits for, from its await on until it has one. */
    private @Nullable Future<?> awaited;

    /** See {@link #lendTo}. */
    private @Nullable Object lent;

    /** Whether a waker was asked for, see {@link #watchWaker}. */
    private boolean wakerTaken;

    private int random = 0x9E3779B9;

    /**
     * Makes the context of an executor that has no better way to yield than an immediate wake.
     *
     * @param waker the waker of the first poll
     * @param services the services of the first poll
     */
    public Context(Waker waker, Services services) {
        this(Waker::wake);
        begin(waker, services);
    }

    /**
     * Makes the context of an executor that keeps yielding tasks behind its timers and I/O.
     *
     * @param deferred called on the polling thread with the waker of a task that yields; wakes it before the executor
     *     sleeps
     */
    public Context(Consumer<? super Waker> deferred) {
        this.deferred = Objects.requireNonNull(deferred, "deferred");
    }

    /**
     * Prepares this context for the next poll. For executors.
     *
     * @param waker the waker of the task to poll
     * @param services the services of that task
     */
    public void begin(Waker waker, Services services) {
        beginWithin(waker, services);
        this.budget = BUDGET;
    }

    /**
     * Prepares this context for the next poll, which has to do with what the poll before has left of the budget. For
     * executors that run a task at once because the task before has woken it: so tasks that wake each other get one
     * budget together.
     *
     * @param waker the waker of the task to poll
     * @param services the services of that task
     */
    public void beginWithin(Waker waker, Services services) {
        if (awaited != null) { // null but for the end of the stack; to write it has a barrier of the collector
            awaited = null;
        }
        if (this.waker != waker) { // a reference written into an old object costs a fence
            this.waker = Objects.requireNonNull(waker, "waker");
        }
        if (this.services != services) { // mostly the same
            this.services = Objects.requireNonNull(services, "services");
        }
        this.parts = 0;
        this.depth = 0; // a leave() that the end of the stack has cut off must not count for ever
    }

    /**
     * Seeds {@link #random}. For executors; the same seed gives the same numbers.
     *
     * @param seed any number
     */
    public void seed(long seed) {
        int mixed = (int) ((seed ^ 0x5DEECE66DL) * 0x9E3779B97F4A7C15L >>> 32);
        random = mixed == 0 ? 0x9E3779B9 : mixed;
    }

    /** Drops the references to the task that was polled, so that an idle worker keeps nothing alive. For executors. */
    public void end() {
        waker = null;
        services = Services.NONE;
        lendTo(null);
    }

    /**
     * Returns the waker to keep when the answer is pending.
     *
     * @return the waker of the task, or of the part of it that is being polled
     */
    public Waker waker() {
        wakerTaken = true;
        return current();
    }

    private Waker current() {
        Waker now = waker;
        return now == null ? Waker.noop() : now;
    }

    /**
     * Returns the waker of the task that is polled, for executors that show it: unlike {@link #waker()} this asks for
     * nothing, and it is the same while a part of the task is polled.
     *
     * @return the waker, that does nothing if nothing is polled
     */
    public Waker polled() {
        Waker task = whole;
        return task == null ? current() : task;
    }

    /**
     * Tells whether {@link #waker()} was called, or this context has yielded, since the call before; and starts anew.
     * For executors that trace: a future that answers pending and has asked for no waker may wait for ever.
     *
     * @param taken what the next call tells if nothing happens in between
     * @return true if a waker was asked for
     */
    public boolean watchWaker(boolean taken) {
        boolean before = wakerTaken;
        wakerTaken = taken;
        return before;
    }

    /**
     * Returns the number of the task that is polled, for diagnostics.
     *
     * @return the number; 0 if what is polled is no task
     */
    public long taskId() {
        return polled().taskId();
    }

    /**
     * Returns the services around the task.
     *
     * @return the services
     */
    public Services services() {
        return services;
    }

    /**
     * Looks up one service.
     *
     * @param <S> the type of the service
     * @param key the key
     * @return the service, or null if the task has none of that kind
     */
    public <S> @Nullable S get(Services.Key<S> key) {
        return services.get(key);
    }

    /**
     * Tells whether {@link #waker()} is that of a part of the task, see {@link #pollPart}. For executors: a task that
     * yields as a whole need not be woken, its executor knows it.
     *
     * @return true within {@code pollPart}
     */
    public boolean isPart() {
        return parts > 0;
    }

    /**
     * Asks, before a leaf looks for its value, whether it has to answer pending at once because the budget is used up.
     * If so, the waker has been scheduled already.
     *
     * @return true if the caller must answer pending now
     */
    public boolean mustYield() {
        if (budget > 0) {
            return false;
        }
        this.yield();
        return true;
    }

    /**
     * Tells whether leaves may still answer ready in this poll. Loops over children look at it to stop early; unlike
     * {@link #mustYield()} it schedules nothing.
     *
     * @return true if there is budget left
     */
    public boolean hasBudget() {
        return budget > 0;
    }

    /** Counts one ready answer of a leaf. */
    public void spend() {
        if (budget > 0) {
            budget--;
        }
    }

    /**
     * As {@link #spend}, where nothing else can have counted since {@link #budget} was read: it is in memory once then.
     *
     * @param left what {@code budget} was, more than 0
     */
    public void spendFrom(int left) {
        budget = left - 1;
    }

    /**
     * Returns how many ready answers are left in this poll. For loops that count their steps, see {@link #spendSince}.
     *
     * @return the number of answers, 0 or more
     */
    public int budget() {
        return budget;
    }

    /**
     * Counts one step of a loop, unless what it polled has spent something by itself.
     *
     * @param before what {@link #budget} was before the step
     */
    public void spendSince(int before) {
        if (before - budget == 0 && before > 0) { // HotSpot folds a difference, where it sees what was spent
            budget = before - 1;
        }
    }

    /**
     * Counts {@value #TURN} steps at once, of a loop that counts them by itself and asks each time it has taken so
     * many. For compiled code.
     *
     * @return false if no budget was left, so that the code has to answer pending
     */
    public boolean spendTurn() {
        int left = budget;
        int rest = left - TURN;
        budget = rest & ~(rest >> 31); // at least 0, without a register for it
        return left > 0;
    }

    /**
     * As {@link #spendSince}, of a step that has thrown, and {@linkplain #forgetSuspended forgets} what was kept. For
     * compiled code.
     *
     * @param before what {@link #budget} was before the step
     */
    public void failedSince(int before) {
        forgetSuspended();
        spendSince(before);
    }

    /**
     * Asks whether the stack has room for one more compiled frame, and if so, counts it. For compiled code.
     *
     * @return true if the caller may run, and must call {@link #leave} afterwards
     */
    public boolean enter() {
        if (depth == DEPTH) {
            return false;
        }
        depth++;
        return true;
    }

    /** Counts the end of what {@link #enter} allowed. For compiled code. */
    public void leave() {
        depth--;
    }

    /**
     * Begins the code of an async method that is called where it is awaited: asks whether the budget and the stack have
     * room for it, and if so, counts it on the stack. For compiled code.
     *
     * @return true if there is room; {@link #leave} must be called when the code ends or gets a frame
     */
    public boolean beginCall() {
        return budget > 0 && enter();
    }

    /**
     * Keeps what a call waits for that has no frame yet. For compiled code.
     *
     * @param future what has answered pending
     */
    public void suspendAt(Future<?> future) {
        awaited = future;
    }

    /**
     * Tells whether a call waits for something and has no frame yet. For compiled code.
     *
     * @return true between {@link #suspendAt} and {@link #takeAwaited}
     */
    public boolean isSuspended() {
        return awaited != null;
    }

    /**
     * Forgets what was kept by {@link #suspendAt}, because the code has thrown before its frame took it: the stack may
     * end anywhere. For compiled code.
     */
    public void forgetSuspended() {
        awaited = null;
    }

    /**
     * Returns what was kept by {@link #suspendAt}, for the frame. For compiled code.
     *
     * @return the future that answered pending
     */
    public Future<?> takeAwaited() {
        Future<?> future = Objects.requireNonNull(awaited, "awaited");
        awaited = null;
        return future;
    }

    /**
     * Keeps a number from where a future, a call of the library or one of compiled code answers to where the code that
     * awaits it takes the answer; no other code runs in between. For compiled code, which has two results then.
     *
     * @param number the number
     */
    public void setScratch(long number) {
        scratch = number;
    }

    /**
     * Returns what was kept last by {@link #setScratch}. For compiled code.
     *
     * @return the number
     */
    public long scratch() {
        return scratch;
    }

    /**
     * Polls a future that a library call has made for the await around it, for the first time, as one step of a loop.
     * For compiled code. A failure gets the lines that await it. What has to wait is {@linkplain #suspendAt kept}.
     *
     * @param future the future
     * @return the value, or {@link RawFuture#PENDING}
     */
    public @Nullable Object pollAwaited(Future<?> future) {
        int before = budget;
        if (before > 0) {
            Object answer;
            try {
                answer = RawFuture.pollAny(future, this);
            } catch (Throwable failure) {
                spendSince(before);
                AwaitedAt.await(failure);
                throw failure;
            }
            if (answer != RawFuture.PENDING) {
                spendSince(before);
                return answer;
            }
        } else {
            this.yield();
        }
        suspendAt(future);
        return RawFuture.PENDING;
    }

    /**
     * Schedules the waker behind the executor's timers and I/O: what a yielding future does before it answers pending.
     */
    @SuppressWarnings("NamedLikeContextualKeyword") // the usual name of this step; always called on a context
    public void yield() {
        deferred.accept(waker());
    }

    /**
     * Draws the next of the executor's random numbers, for fair choices such as that of {@link Select}.
     *
     * @param bound the number of choices, positive
     * @return a number from 0 to {@code bound - 1}
     */
    public int random(int bound) {
        // xorshift: three shifts, period 2^32 - 1, and one seed replays a whole run
        int x = random;
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        random = x;
        return (int) ((x & 0xFFFF_FFFFL) * bound >>> 32);
    }

    /**
     * Notes who may hand items to a receiver around it, as long as this context is that of the receiver: not within
     * {@link #pollPart} and {@link #pollWith}. For streams that are lent a sink.
     *
     * @param stream who may, null for none
     * @return who might before; to be noted again at the end
     */
    public @Nullable Object lendTo(@Nullable Object stream) {
        Object before = lent;
        if (before != stream) { // mostly null
            lent = stream;
        }
        return before;
    }

    /**
     * Returns who may hand items to the receiver around it, see {@link #lendTo}.
     *
     * @return what was noted last, if nothing is polled as a part or with other services since; else null
     */
    public @Nullable Object lentTo() {
        return lent;
    }

    /**
     * Polls a part of the task under a waker of its own; the budget and the services stay shared. A part that ends
     * counts as a step.
     *
     * @param future the future to poll
     * @param part the waker that the part will find
     * @return its answer in the raw form of {@link RawFuture#pollRaw}
     */
    public @Nullable Object pollPart(Future<?> future, Waker part) {
        Waker around = current();
        Object lender = lendTo(null);
        int before = budget;
        boolean pending = false;
        waker = part;
        if (parts++ == 0) {
            whole = around;
        }
        try {
            Object answer = RawFuture.pollAny(future, this);
            pending = answer == RawFuture.PENDING;
            return answer;
        } finally {
            if (--parts == 0) {
                whole = null;
            }
            waker = around;
            lendTo(lender);
            if (!pending) {
                spendSince(before);
            }
        }
    }

    /**
     * Polls a future with other services around it; the waker and the budget stay shared.
     *
     * @param future the future to poll
     * @param inner the services that it will find
     * @return its answer in the raw form of {@link RawFuture#pollRaw}
     */
    public @Nullable Object pollWith(Future<?> future, Services inner) {
        Services outer = services;
        Object lender = lendTo(null);
        services = inner;
        try {
            return RawFuture.pollAny(future, this);
        } finally {
            services = outer;
            lendTo(lender);
        }
    }

    /**
     * Polls a future without a budget: for the clock of a timeout, which has to tick although the guarded future has
     * spent everything.
     *
     * @param future the future to poll
     * @return its answer in the raw form of {@link RawFuture#pollRaw}
     */
    public @Nullable Object pollUnconstrained(Future<?> future) {
        int left = budget;
        budget = Integer.MAX_VALUE;
        try {
            return RawFuture.pollAny(future, this);
        } finally {
            budget = left;
        }
    }

    @Override
    public String toString() {
        return "Context[waker=" + current() + ", budget=" + budget + ", " + services + "]";
    }
}
