package pollux.sync;

/**
 * Permits of which one holder at a time has a turn. That one gives back with one compare-and-set, however often and
 * from how many threads it is tried. A holder without a turn needs a flag of its own for that, and one atomic more.
 */
final class TurnPermits extends Permits {

    /*
     *     63           T          2        1        0
     *     ┌────────────┬────────────┬────────┬────────┐
     *     │ turn       │ available  │ CLOSED │ QUEUED │
     *     └────────────┴────────────┴────────┴────────┘
     *
     * Of a single permit, one bit says whether it is available, and 61 count how often it was given back: the turn.
     * Each holder has one, a waiter that was granted the permit too. The turn of a waiter that gives up belongs to no
     * guard, and is given to the next one.
     *
     * Counted permits have 32 bits of available ones and 30 of turn. The turn is odd while it is held. An attempt that
     * finds enough permits and an even turn takes both at once. The others, and those that waited, have no turn.
     *
     * A turn ends with the compare-and-set that gives the permits back, so of two that end the same one, one succeeds.
     *
     * Turns of 30 bits begin again after 2^29 holders. A permit that was given back knows that by a field of its own.
     * So the same number could mislead only a thread that gives back a permit at the same moment as another one, and
     * stops between looking at that field and at the word until all those holders have come and gone.
     *
     * The load of a word that the same thread has just changed by an atomic takes as long as half of that atomic. So
     * attempts begin with what was seen last. That is a guess, read and written without order: the compare-and-set
     * compares the whole word, so a guess that is old or torn fails. Only an attempt that has loaded the word itself is
     * short or refused.
     */

    /** How many permits there may be, those that are held among them. */
    static final long MOST = (1L << 32) - 1;

    /** Where the turn begins. */
    private final int turns;

    /** The bit of a turn that is held; 0 if there are as many turns as permits. */
    private final long held;

    /** A guess of what the word is. */
    private long seen;

    /** All permits, also those that are held. Under the lock. */
    private long total;

    private TurnPermits(long available, long permits, boolean counted) {
        super(available, permits);
        turns = Long.SIZE - Long.numberOfLeadingZeros(permits << SHIFT);
        held = counted ? 1L << turns : 0;
        seen = available << SHIFT;
        total = available;
    }

    /** Makes one permit, which is available. */
    static TurnPermits single() {
        return new TurnPermits(1, 1, false);
    }

    /** Makes permits of which one holder has a turn. */
    static TurnPermits counted(int available) {
        return new TurnPermits(available, MOST, true);
    }

    @Override
    long tryTake(long wanted) {
        long change = held - (wanted << SHIFT);
        long now = seen;
        if (!(offersTurn(now, wanted) && WORD.compareAndSet(this, now, now + change))) {
            now = word;
            if (!(offersTurn(now, wanted) && WORD.compareAndSet(this, now, now + change))) {
                return super.tryTake(wanted);
            }
        }
        seen = now + change;
        return now + change >>> turns;
    }

    private boolean offersTurn(long now, long wanted) {
        return (now & (QUEUED | CLOSED | held)) == 0 && availableIn(now) >= wanted;
    }

    /** Returns the turn of the single permit. Its holder sees no other until it gives the permit back. */
    long turn() {
        return word >>> turns;
    }

    /** Ends a turn and gives so many permits back, if it has not ended yet. */
    boolean endTurn(long turn, long released) {
        long change = (1L << turns) + (released << SHIFT);
        long now = seen;
        if (!(now >>> turns == turn && WORD.compareAndSet(this, now, now + change))) {
            do {
                now = word;
                if (now >>> turns != turn) {
                    return false;
                }
            } while (!WORD.compareAndSet(this, now, now + change));
        }
        seen = now + change;
        if ((now & QUEUED) != 0) {
            grant();
        }
        return true;
    }

    /** Adds permits to those that there are. */
    void add(long added) {
        synchronized (lock) {
            if (added > MOST - total) {
                throw new IllegalStateException("a semaphore cannot have more than " + MOST + " permits; it has "
                        + total + ", and " + added + " were to be added");
            }
            total += added;
        }
        release(added);
    }

    /** Forgets permits that are held and will not be given back. */
    void forget(long forgotten) {
        synchronized (lock) {
            total -= forgotten;
        }
    }
}
