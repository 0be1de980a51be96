package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.internal.thread.ServiceThread;

/**
 * What one thread is about to do with tasks outside a pool: that it is inside a poll, and which hosted tasks wait for
 * that poll to end.
 *
 * <p>A foreign thread has one only as long as it polls, so that it keeps nothing of Pollux. A worker of a pool has its
 * own for life.
 */
final class Trampoline {

    /*
     * A thread that polls inline does so once per signal, so this has to be cheap. Which of these a foreign thread
     * uses depends on its number:
     *
     *     one of the first OWN.length threads    its place in OWN, which no other thread ever reads or writes
     *     a later one                            one of the SLOTS, borrowed by a compare-and-set of `owner`
     *     a later one that finds it taken        the thread-local, which is several times dearer
     *
     * See ThreadPlace for the numbers. A place in OWN refers to no thread; its depth says whether it is in use. Only
     * the owner itself ever finds itself in `owner`, so looking needs no order. OVERFLOWING counts the thread-locals;
     * as long as there are none, no thread looks there.
     */
    private static final @Nullable Trampoline[] OWN = new Trampoline[ThreadPlace.COUNT];

    /** How often a run that wakes itself is polled again on the spot. */
    private static final int POLLS_IN_A_ROW = 64;

    private static final Trampoline[] SLOTS = new Trampoline[64];
    private static final ThreadLocal<Trampoline> OVERFLOW = new ThreadLocal<>();
    private static final AtomicInteger OVERFLOWING = new AtomicInteger();
    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(Trampoline.class, "owner", Thread.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
        for (int i = 0; i < SLOTS.length; i++) {
            SLOTS[i] = new Trampoline();
        }
    }

    private volatile @Nullable Thread owner;
    private boolean reserved;
    private boolean overflows;
    private @Nullable InlineRunner guest;
    private int depth;
    private boolean draining;
    private @Nullable ArrayDeque<InlineRunnable> later;

    /** The context of the innermost poll; of the last one while {@link #depth} is 0. */
    private @Nullable Context cx;

    /**
     * The executor that polls here, or the innermost one of several; null if it is none but {@link Spawner#inline()}.
     */
    private @Nullable Spawner executor;

    /** Notes that the current thread polls from now until {@link #leave}. */
    static Trampoline enter() {
        Thread thread = Thread.currentThread();
        Trampoline current = current(thread);
        if (current == null) {
            int place = ThreadPlace.of(thread);
            current = place < 0 ? borrow(thread) : own(place);
        }
        current.depth++;
        return current;
    }

    /** As {@link #enter}, on a thread that polls nothing and is none of ours; null on any other. */
    static @Nullable Trampoline enterIdle() {
        Thread thread = Thread.currentThread();
        return thread instanceof PoolThread || thread instanceof ServiceThread || current(thread) != null
                ? null
                : enter();
    }

    private static Trampoline own(int place) {
        Trampoline own = OWN[place];
        if (own == null) {
            own = new Trampoline();
            own.reserved = true;
            OWN[place] = own;
        }
        return own;
    }

    private static Trampoline borrow(Thread thread) {
        Trampoline slot = slot(thread);
        if (OWNER.compareAndSet(slot, null, thread)) {
            return slot;
        }
        Trampoline own = new Trampoline();
        own.overflows = true;
        OVERFLOW.set(own);
        OVERFLOWING.incrementAndGet();
        return own;
    }

    /** Ends what {@link #enter} began. */
    void leave() {
        if (--depth > 0) {
            return;
        }
        draining = false;
        if (reserved) {
            polls(guest == null ? null : guest.cx, null);
        } else if (owner != null) {
            polls(guest == null ? null : guest.cx, null);
            OWNER.setRelease(this, (Thread) null);
        } else if (overflows) {
            OVERFLOW.remove();
            OVERFLOWING.decrementAndGet();
        }
    }

    /** Returns what is known of the current thread; null if it polls nothing. */
    static @Nullable Trampoline current() {
        return current(Thread.currentThread());
    }

    /**
     * Tells whether the current thread is a worker or inside a poll, so that blocking it may block what it waits for.
     */
    static boolean isPolling() {
        return current(Thread.currentThread()) != null;
    }

    /** Notes with which context, and for which executor, this thread polls. */
    void polls(@Nullable Context with, @Nullable Spawner on) {
        if (cx != with) { // mostly the same: a reference written into an old object costs a fence
            cx = with;
        }
        if (executor != on) {
            executor = on;
        }
    }

    /** Returns the context of the innermost poll; one without services between two polls. */
    @Nullable
    Context context() {
        return cx;
    }

    /** Returns the innermost executor that polls here, {@link Spawner#inline()} not counted. */
    @Nullable
    Spawner executor() {
        return executor;
    }

    /** Runs what belongs to this thread, here and now. */
    void run(InlineRunnable hosted, InlineRunner runner) {
        Context outer = cx;
        Spawner around = executor;
        polls(runner.cx, hosted.executor(around));
        try {
            for (int polls = 1; hosted.runHere(runner, polls == POLLS_IN_A_ROW); polls++) {
                if (othersWait()) {
                    runLater(hosted);
                    return;
                }
            }
        } finally {
            polls(outer, around);
        }
    }

    /** Returns how many polls the thread is inside of. */
    int depth() {
        return depth;
    }

    /**
     * Makes the caller the one who runs what is queued by {@link #runLater}.
     *
     * @return false if another caller further down this stack is that one
     */
    boolean beginDrain() {
        if (draining) {
            return false;
        }
        draining = true;
        return true;
    }

    void runLater(InlineRunnable hosted) {
        if (later == null) {
            later = new ArrayDeque<>();
        }
        later.add(hosted);
    }

    /** Tells whether a run waits for the poll under way to end. */
    boolean othersWait() {
        return later != null && !later.isEmpty();
    }

    /** Takes the next queued task; the drain ends when there is none. */
    @Nullable
    InlineRunnable nextOrEndDrain() {
        InlineRunnable next = later == null ? null : later.poll();
        draining = next != null;
        return next;
    }

    /** Returns the runner of the draining thread. */
    InlineRunner guest() {
        if (guest == null) {
            guest = new InlineRunner();
        }
        return guest;
    }

    private static @Nullable Trampoline current(Thread thread) {
        if (thread instanceof PoolThread worker) {
            return worker.polling;
        }
        int place = ThreadPlace.of(thread);
        if (place >= 0) {
            Trampoline own = OWN[place];
            return own != null && own.depth > 0 ? own : null;
        }
        Trampoline slot = slot(thread);
        if (slot.owner == thread) {
            return slot;
        }
        if (OVERFLOWING.get() == 0) {
            return null;
        }
        Trampoline own = OVERFLOW.get();
        if (own == null) {
            OVERFLOW.remove(); // looking has left an empty entry
        }
        return own;
    }

    private static Trampoline slot(Thread thread) {
        return SLOTS[(int) thread.getId() & SLOTS.length - 1];
    }
}
