package pollux.future;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/**
 * One run of a future that many tasks await.
 *
 * <p>Each {@link #future()} is one party; the run starts with the first poll of any of them, is polled by whichever
 * party is woken for it, and every party gets the same value or the same failure. May be used from any thread.
 *
 * <p><b>Cancellation:</b> a party that is cancelled leaves the others alone. When all parties handed out so far have
 * been cancelled before the end, the run is cancelled too, and later parties fail with {@link CancellationException}.
 *
 * <p>After {@code futures::future::Shared}.
 *
 * @param <T> the type of the value
 */
public final class Shared<T extends @Nullable Object> {

    /*
     * The monitor guards the fields; it is held for a few instructions, and never while the run is polled or cancelled
     * or a waker is called. Once `ended` is set, value and failure do not change: a thread that reads it as true needs
     * no monitor, since its volatile write comes after theirs. `polling` is the right to poll the run. A party that
     * finds it taken has left its waker already, and hears from the poller when the run ends.
     *
     * The run's own waker must not take a lock, so it reads one volatile field: the driver, which is the party that
     * polled the run last. A driver that leaves appoints another party and wakes it. That one must have been polled: a
     * party that was only handed out has no waker, and may not be polled for long. So the list holds the others only.
     * If it is empty, there is no driver, and no party that waits, until the next one is polled.
     */

    private final Waker wakesDriver = this::wakeDriver;
    private @Nullable Future<T> run;
    private @Nullable Party<T> first; // those that were polled, doubly linked: each joins and leaves in constant time
    private @Nullable Party<T> last;
    private int parties;
    private boolean polling;
    private volatile boolean ended;
    private @Nullable Object value;
    private @Nullable Throwable failure;
    private volatile @Nullable Party<?> driver;

    Shared(Future<T> run) {
        this.run = Objects.requireNonNull(run, "run");
    }

    /**
     * Returns a new party to the run; once the run has ended, a future that is ready.
     *
     * <p><b>Cancellation:</b> the party leaves; see above for the last one.
     *
     * @return a future that ends as the run does
     */
    public Future<T> future() {
        if (ended) {
            @SuppressWarnings("unchecked")
            T answer = (T) value;
            return RawFuture.constant(answer, failure); // an await takes it without an object
        }
        Party<T> party = new Party<>(this);
        synchronized (this) {
            if (!ended) {
                parties++;
            }
        }
        return party;
    }

    /**
     * Tells whether the run has ended.
     *
     * @return true if every party is ready
     */
    public boolean isDone() {
        return ended;
    }

    @Override
    public synchronized String toString() {
        return "Shared[" + (ended ? "ended" : parties + " parties") + "]";
    }

    private void wakeDriver() {
        Party<?> party = driver;
        if (party != null) {
            party.waker.wake();
        }
    }

    /** Called under the monitor, by a party that is polled. */
    private void join(Party<T> party) {
        if (party.isListed) {
            return;
        }
        party.isListed = true;
        party.before = last;
        if (last == null) {
            first = party;
        } else {
            last.after = party;
        }
        last = party;
    }

    /** Called under the monitor, by a party that is cancelled before the end. */
    private void leave(Party<T> party) {
        party.hasLeft = true;
        parties--;
        if (!party.isListed) {
            return;
        }
        Party<T> before = party.before;
        Party<T> after = party.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        party.before = null; // a party that is kept must not keep others alive
        party.after = null;
    }

    /** Called under the monitor. Returns the first of the parties that have to hear of it. */
    private @Nullable Party<T> end(@Nullable Object answer, @Nullable Throwable thrown) {
        Party<T> waiting = first;
        value = answer;
        failure = thrown;
        ended = true; // volatile: publishes the two
        run = null;
        driver = null;
        first = null;
        last = null;
        parties = 0;
        return waiting;
    }

    /** One party's view of the run. */
    private static final class Party<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

        private final Shared<T> shared;
        private volatile Waker waker = Waker.noop();
        private @Nullable Party<T> before;
        private @Nullable Party<T> after;
        private boolean isListed; // under the monitor, as the next one
        private boolean hasLeft;
        private boolean reported;
        private @Nullable Future<T> cleaningUp; // the run, if this party was the last one and cancelled it

        Party(Shared<T> shared) {
            this.shared = shared;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (reported) {
                throw Ended.future(this);
            }
            if (cleaningUp != null) {
                return pollCleanUp(cx);
            }
            if (shared.ended) {
                return report();
            }
            waker = cx.waker();
            Future<T> polled;
            synchronized (shared) {
                if (shared.ended) {
                    return report();
                }
                shared.join(this);
                if (shared.polling) {
                    return PENDING;
                }
                shared.polling = true;
                shared.driver = this;
                polled = Objects.requireNonNull(shared.run);
            }
            Object answer = null;
            Throwable thrown = null;
            try {
                answer = cx.pollPart(polled, shared.wakesDriver);
            } catch (Throwable t) {
                thrown = t;
            }
            Party<T> waiting;
            synchronized (shared) {
                shared.polling = false;
                if (answer == PENDING) {
                    return PENDING;
                }
                waiting = shared.end(answer, thrown);
            }
            while (waiting != null) {
                Party<T> party = waiting;
                waiting = party.after; // no other thread touches the links any more
                party.before = null;
                party.after = null;
                if (party != this) {
                    party.waker.wake();
                }
            }
            return report();
        }

        @Override
        public boolean cancel() {
            Party<?> next = null;
            Future<T> abandoned = null;
            synchronized (shared) {
                if (shared.ended) {
                    return true;
                }
                shared.leave(this);
                if (shared.parties == 0) {
                    abandoned = shared.run;
                    shared.end(null, new CancellationException("every party to the shared future was cancelled"));
                } else if (shared.driver == this) {
                    next = shared.first;
                    shared.driver = next;
                }
            }
            if (next != null) {
                next.waker.wake();
            }
            if (abandoned == null || abandoned.cancel()) {
                return true;
            }
            cleaningUp = abandoned;
            return false;
        }

        /** The run's, if this is the only party: the outcome would reach no other. */
        @Override
        public boolean hasDecided() {
            Future<T> asked;
            synchronized (shared) {
                if (shared.polling || shared.parties != 1 || hasLeft || shared.ended) {
                    return false;
                }
                shared.polling = true; // a party that comes meanwhile leaves its waker
                asked = shared.run;
            }
            boolean decided = hasDecided(asked);
            List<Waker> came = new ArrayList<>(0);
            synchronized (shared) {
                shared.polling = false;
                for (Party<T> party = shared.first; party != null; party = party.after) {
                    if (party != this) {
                        came.add(party.waker);
                    }
                }
            }
            came.forEach(Waker::wake);
            return decided;
        }

        private Object pollCleanUp(Context cx) {
            reported = true; // stays so if the poll throws
            if (RawFuture.pollAny(Objects.requireNonNull(cleaningUp), cx) == PENDING) {
                reported = false;
                return PENDING;
            }
            throw new CancellationException("cancelled: " + this);
        }

        private @Nullable Object report() {
            reported = true;
            if (shared.failure != null) {
                throw Failures.rethrow(shared.failure);
            }
            return shared.value;
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name("Future.shared").count("parties", shared.parties);
            Future<T> cancelled = cleaningUp;
            sketch.shared().awaits(cancelled == null ? shared.run : cancelled);
        }

        @Override
        public String toString() {
            return shared + ".future()";
        }
    }
}
