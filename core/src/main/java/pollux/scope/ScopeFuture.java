package pollux.scope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.executor.SupervisedHandle;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;

/** The future of a {@link TaskScope}: its body, and the waits for its children. */
final class ScopeFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    /*
     * The body and the wait for each child are parts, each with a waker of its own:
     *
     *     ready   a stack of parts that were woken or are new; any thread pushes, the poll takes all; ENDED when the scope has
     *     todo    what the poll took and has not come to yet, because the budget ran out; in the order of the wake-ups
     *     first   a list of all parts that have not ended
     *
     * So a poll costs as much as there are parts to look at, however many children there are. `todo` and the list
     * belong to the holder of the right to poll.
     *
     * The scope can end when the list is empty and the stack can be swapped from empty to ENDED: no child was forked
     * that the scope does not know. Who forks later finds ENDED and cancels the child himself.
     *
     * A waker pushes, then reads `parent`; a poll writes `parent`, then takes the stack. So no wake-up is lost in
     * between.
     */

    private static final Part ENDED = new Part(null, Futures.pending());

    /** How many parts a dump walks; their links may change under its feet. */
    private static final int MOST_PARTS = 100_000;

    private static final VarHandle READY = VarHandles.handle(MethodHandles.lookup(), "ready", Part.class);

    /** Whether children fail on their own. */
    private final boolean supervised;

    private @Nullable Spawner spawner;
    private @Nullable Function<? super TaskScope, ? extends Future<T>> function;
    private volatile @Nullable Part ready;
    private volatile Waker parent = Waker.noop();
    private volatile boolean cancelChildren;

    private @Nullable Part todo;
    private @Nullable Part first;
    private @Nullable Part body;
    private boolean bodyEnded;
    private boolean bodyCancelled;

    /** Whether this was cancelled when the body had a value, which is not delivered. */
    private boolean leavesValue;

    private @Nullable Object value;

    /** Set when the scope has failed or was cancelled; all parts are cancelled then, or as soon as they may be. */
    private @Nullable Ending ending;

    /**
     * Failures that were delivered or reported, by identity; null before the first. A child's failure comes from the
     * child and once more from a body that has joined it.
     */
    private @Nullable Set<Throwable> heard;

    ScopeFuture(
            @Nullable Spawner spawner, boolean supervised, Function<? super TaskScope, ? extends Future<T>> function) {
        this.spawner = spawner;
        this.supervised = supervised;
        this.function = function;
    }

    // ------------------------------------------------------------------ from any thread

    boolean isClosed() {
        return ready == ENDED;
    }

    /** Tells whether this delivers or reports each failure of a child. */
    boolean takesFailures() {
        return !supervised;
    }

    /** Takes a new child in, or cancels it if the scope has ended in the meantime. */
    void adopt(JoinHandle<?> child) {
        if (!push(new Part(this, child))) {
            child.cancel();
        }
    }

    void requestCancelOfChildren() {
        cancelChildren = true;
        parent.wake();
    }

    private boolean push(Part part) {
        Part below;
        do {
            below = ready;
            if (below == ENDED) {
                return false;
            }
            part.below = below;
        } while (!READY.compareAndSet(this, below, part));
        parent.wake();
        return true;
    }

    // ------------------------------------------------------------------ polling

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (isClosed()) {
            throw Ended.future(this);
        }
        parent = cx.waker();
        if (function != null) {
            begin(cx);
        }
        do {
            takeReady();
            while (todo != null) {
                if (!cx.hasBudget()) {
                    cx.yield();
                    return PENDING;
                }
                Part part = todo;
                todo = part.below;
                part.below = null;
                poll(part, cx);
            }
            if (cancelChildren) {
                cancelChildren = false;
                takeReady();
                for (Part part = todo; part != null; part = part.below) {
                    if (!part.known) {
                        link(part);
                    }
                }
                cancelHandles();
            }
            if (end()) {
                body = null;
                if (leavesValue) {
                    Failures.dropValue(cx.services(), value);
                }
                return ending == null ? value : ending.poll(cx, this);
            }
        } while (ready != null || todo != null);
        return PENDING;
    }

    private void begin(Context cx) {
        Function<? super TaskScope, ? extends Future<T>> called = Objects.requireNonNull(function);
        function = null;
        Spawner used = spawner == null ? cx.get(Spawner.KEY) : spawner;
        if (used == null) {
            ready = ENDED;
            throw new IllegalStateException(
                    "no spawner around this TaskScope, because it is not polled by a task of a pool;"
                            + " say which: TaskScope.scoped(spawner, body)");
        }
        spawner = used;
        try {
            Future<T> made = called.apply(new TaskScope(this, used, cx.services()));
            body = new Part(this, Objects.requireNonNull(made, "the body of a TaskScope returned null"));
            link(body);
            body.below = todo;
            todo = body;
        } catch (Throwable thrown) {
            fail(thrown, cx);
        }
    }

    /** Moves what was woken to {@link #todo} if that is empty, the first wake-up first. */
    private void takeReady() {
        if (todo == null && ready != null) {
            Part taken = (Part) READY.getAndSet(this, null);
            while (taken != null) {
                Part below = taken.below;
                taken.below = todo;
                todo = taken;
                taken = below;
            }
        }
    }

    private void poll(Part part, Context cx) {
        if (!part.linked) {
            if (part.known) {
                return; // ended, and woken once more
            }
            link(part);
            if (ending != null) {
                part.cancelHandle();
            }
        }
        part.begin();
        Object answer;
        try {
            answer = cx.pollPart(part.future, part);
        } catch (Throwable thrown) {
            unlink(part);
            partFailed(part, thrown, cx);
            return;
        }
        if (answer != PENDING) {
            unlink(part);
            if (part == body) {
                bodyEnded = true;
                value = answer;
                if (ending != null) {
                    Failures.dropValue(cx.services(), answer);
                }
            }
        } else if (part == body && ending != null) {
            cancelBody();
        }
    }

    private void partFailed(Part part, Throwable thrown, Context cx) {
        if (part == body) {
            if (bodyCancelled && isNew(thrown)) {
                Failures.dropOfCleanUp(cx.services(), part.future, thrown);
            } else if (!bodyCancelled) {
                fail(thrown, cx);
            }
        } else if (!supervised && !part.isHandleCancelled()) {
            fail(thrown, cx);
        }
    }

    /** Takes a failure of the body or of a child: the first one ends the scope. */
    private void fail(Throwable thrown, Context cx) {
        if (!isNew(thrown)) {
            return;
        }
        if (ending == null) {
            Failures.dropValue(cx.services(), value);
            cancelAll(Ending.ofFailure(thrown));
        } else {
            Failures.drop(cx.services(), "another failure in a TaskScope that is ending", thrown);
        }
    }

    private boolean isNew(Throwable thrown) {
        if (heard == null) {
            heard = Collections.newSetFromMap(new IdentityHashMap<>(4));
        }
        return heard.add(thrown);
    }

    private void cancelAll(Ending decided) {
        ending = decided;
        cancelBody();
        cancelHandles();
    }

    /** Cancels the body unless an outcome is decided in it; asked again after its next poll. */
    private void cancelBody() {
        Part running = body;
        if (running == null || !running.linked || bodyCancelled || hasDecided(running.future)) {
            return;
        }
        bodyCancelled = true;
        Future<?> cleaning = Ending.cancel(running.future);
        if (cleaning == null) {
            unlink(running);
            return;
        }
        running.future = cleaning;
        if (running.toWoken()) {
            // its clean-up has no waker yet
            running.below = todo;
            todo = running;
        }
    }

    private void cancelHandles() {
        for (Part part = first; part != null; part = part.after) {
            part.cancelHandle();
        }
    }

    private boolean end() {
        return first == null && todo == null && READY.compareAndSet(this, null, ENDED);
    }

    @Override
    public boolean cancel() {
        if (ending == null) {
            if (function != null) {
                function = null;
                ready = ENDED;
                return true;
            }
            boolean decided = bodyEnded && isOnlyCleaningUp();
            leavesValue = bodyEnded && !decided;
            cancelAll(decided ? Ending.ofValue(value) : Ending.cancelled());
        }
        return !Objects.requireNonNull(ending).hasDecided() && end();
    }

    /** The failure; or the value of the body, if all that is left are clean-ups of cancelled children. */
    @Override
    public boolean hasDecided() {
        if (ending != null) {
            return ending.hasDecided();
        }
        Part running = body;
        return function == null && (bodyEnded || running != null && hasDecided(running.future)) && isOnlyCleaningUp();
    }

    private boolean isOnlyCleaningUp() {
        return areKnown(ready) && areKnown(todo) && areCancelled();
    }

    private boolean areCancelled() {
        for (Part part = first; part != null; part = part.after) {
            if (part != body && !part.isAskedToEnd()) {
                return false;
            }
        }
        return true;
    }

    private static boolean areKnown(@Nullable Part stack) {
        for (Part part = stack; part != null; part = part.below) {
            if (!part.known) {
                return false; // a new child
            }
        }
        return true;
    }

    // ------------------------------------------------------------------ the list

    private void link(Part part) {
        part.linked = true;
        part.known = true;
        part.after = first;
        if (first != null) {
            first.before = part;
        }
        first = part;
    }

    private void unlink(Part part) {
        part.linked = false;
        if (part.before == null) {
            first = part.after;
        } else {
            part.before.after = part.after;
        }
        if (part.after != null) {
            part.after.before = part.before;
        }
        part.before = null;
        part.after = null;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name(toString());
        Part next = first;
        for (int parts = 0; next != null && parts < MOST_PARTS; parts++) {
            sketch.awaits(next.future);
            next = next.after;
        }
    }

    @Override
    public String toString() {
        return "TaskScope.scoped(" + (isClosed() ? "ended" : function != null ? "not begun" : "running") + ")";
    }

    /** The body, or the wait for one child; and its waker. */
    private static final class Part implements Waker {

        private static final VarHandle WOKEN;

        static {
            try {
                WOKEN = MethodHandles.lookup().findVarHandle(Part.class, "woken", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final @Nullable ScopeFuture<?> scope;
        private final @Nullable JoinHandle<?> handle;
        private Future<?> future;

        /** The next one in the stack or in the list of what is to be polled. */
        private @Nullable Part below;

        /** In the stack or in the list of what is to be polled; so it is at birth. */
        @SuppressWarnings("UnusedVariable") // read by WOKEN
        private volatile boolean woken = true;

        private boolean handleCancelled;
        private boolean known;
        private boolean linked;
        private @Nullable Part before;
        private @Nullable Part after;

        Part(ScopeFuture<?> scope, JoinHandle<?> child) {
            this.scope = scope;
            this.handle = child;
            // a supervisor only waits: whether the failure is observed is up to the body
            this.future = scope.supervised && child instanceof SupervisedHandle<?> task ? task.watch() : child.join();
        }

        Part(@Nullable ScopeFuture<?> scope, Future<?> body) {
            this.scope = scope;
            this.handle = null;
            this.future = body;
        }

        /** Asks the child to end; nothing for the body. */
        void cancelHandle() {
            if (handle != null) {
                handleCancelled = true;
                handle.cancel();
            }
        }

        /** Tells whether the child was cancelled, by this scope or by its handle, and may still clean up. */
        boolean isAskedToEnd() {
            return handleCancelled
                    || handle != null && handle.isDone()
                    || handle instanceof SupervisedHandle<?> task && task.isCancelRequested();
        }

        boolean isHandleCancelled() {
            return handle != null && handle.isCancelled();
        }

        @Override
        public void wake() {
            if (toWoken() && scope != null) {
                scope.push(this);
            }
        }

        /** Exchanges even if the flag is set: what this waker wrote is to be seen by the next poll as well. */
        boolean toWoken() {
            return !(boolean) WOKEN.getAndSet(this, true);
        }

        /** Called before each poll, so that a wake-up during it counts. */
        void begin() {
            WOKEN.getAndSet(this, false);
        }
    }
}
