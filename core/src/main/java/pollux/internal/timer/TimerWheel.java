package pollux.internal.timer;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines in slots: adding, removing and expiring an entry each take constant time, whatever the number of timers.
 *
 * <p>Has one owner: a thread, or a lock. It measures no time and wakes no task; the owner passes the clock in and gets
 * expired entries back in batches, so that it can wake them after it has left its lock.
 *
 * <p>A deadline is a reading of {@link System#nanoTime()} or of any clock like it, at most 2<sup>63</sup> ns away from
 * the time of the wheel; the count may wrap. Entries expire at the first whole millisecond of the wheel at or after
 * their deadline, never before it.
 *
 * <p>After Tokio's time driver.
 */
public final class TimerWheel {

    /*
     * Time is counted in ticks of 1 ms. Each of six levels has 64 slots, and a slot of level n is as long as all of
     * level n-1:
     *
     *     level      0        1        2         3         4         5
     *     slot       1 ms     64 ms    4.1 s     4.4 min   4.7 h     12.4 d
     *     level      64 ms    4.1 s    4.4 min   4.7 h     12.4 d    2.2 y
     *
     * In base 64 a tick is a number whose digit n is its slot in level n. An entry is filed in the level of the highest
     * digit in which it differs from `current`, in the slot that this digit names. So all entries of a level are later
     * than all of the level below, and the slot that `current` itself is in is empty. The next slot to look at is the
     * first occupied one of the lowest occupied level: one bit per slot, rotated so that the scan starts behind
     * `current`.
     *
     * advance() jumps from occupied slot to occupied slot. When `current` enters a slot its entries are either due, or
     * now agree with `current` in this digit and are filed again, some levels down. An entry is filed at most six
     * times. Slots of two levels may begin at one tick, but only one of them has entries: the digit of the lower one is
     * 0 there, and an entry is never filed under a digit that is not greater than that of `current`.
     *
     * Entries 2^36 ms away and more differ in a digit that has no level. They are filed in level 5 by their digit 5,
     * and filed there again each time that `current` comes round to the slot, until they are near enough. Only here may
     * the slot of `current` be occupied; it means the next round, so it is scanned last.
     *
     * `currentNanos` moves together with `current`, and deadlines are converted by their difference to it, so neither
     * the wrap of the clock nor the age of the wheel matters. A clock that steps back is ignored until it has caught
     * up.
     */

    /** The size of a batch between two wakes of an owner, see {@link #advance}. */
    public static final int BATCH = 32;

    private static final int LEVELS = 6;
    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int DIGIT_MASK = SLOTS - 1;
    private static final long NANOS_PER_TICK = 1_000_000;

    /** The list behind the slots of all levels: entries that wait only to be handed out. */
    private static final int DUE = LEVELS * SLOTS;

    private static final int NOWHERE = -1;

    /** The first entry of each slot; the entries of a slot form a ring. */
    private final @Nullable Entry[] first = new Entry[DUE + 1];

    /** Bit s of word n is set while slot s of level n has entries. */
    private final long[] occupied = new long[LEVELS];

    private long current;
    private long currentNanos;
    private int size;

    /**
     * Makes an empty wheel.
     *
     * @param nowNanos the time on the owner's clock
     */
    public TimerWheel(long nowNanos) {
        currentNanos = nowNanos;
    }

    /**
     * Files an entry. A deadline in the past is due at the next {@link #advance}.
     *
     * @param entry an entry that is in no wheel
     * @throws IllegalStateException if the entry is in a wheel already
     */
    public void add(Entry entry) {
        if (entry.list != NOWHERE) {
            throw new IllegalStateException("the entry is in a wheel already; remove() it first");
        }
        file(entry);
        size++;
    }

    /** The first tick at or after a deadline, at least {@link #current}. The same whenever it is asked, until then. */
    private long tick(long deadlineNanos) {
        long ahead = deadlineNanos - currentNanos;
        return current + (ahead <= 0 ? 0 : (ahead - 1) / NANOS_PER_TICK + 1);
    }

    /**
     * Takes an entry out, also one that is due but was not handed out yet.
     *
     * @param entry any entry of this wheel, or one that is in no wheel
     * @return true if it was in the wheel and will not be handed out
     */
    public boolean remove(Entry entry) {
        if (entry.list == NOWHERE) {
            return false;
        }
        unlink(entry);
        size--;
        return true;
    }

    /**
     * Tells whether there is nothing to wait for.
     *
     * @return true if {@link #advance} can hand nothing out
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Returns the number of entries.
     *
     * @return how many were added and neither removed nor handed out
     */
    public int size() {
        return size;
    }

    /**
     * Returns when to call {@link #advance} next. This is the first deadline, rounded up, or earlier, by at most five
     * times per entry, when far entries have to be filed again.
     *
     * @return a time on the owner's clock; in the past if something is due
     * @throws NoSuchElementException if the wheel is empty
     */
    public long nextDeadline() {
        if (size == 0) {
            throw new NoSuchElementException("the wheel is empty; ask isEmpty() first");
        }
        return first[DUE] != null ? currentNanos : currentNanos + (nextSlot(nextLevel()) - current) * NANOS_PER_TICK;
    }

    /**
     * Moves the wheel to a time and hands expired entries out, in the order of their ticks and, within a tick, in the
     * order in which they were added. A full batch may not be all; the owner then wakes these entries and calls again:
     *
     * <pre>{@code
     * int count;
     * do {
     *     count = wheel.advance(now, batch);   // under the lock, if there is one
     *     wakeAll(batch, count);               // outside it
     * } while (count == batch.length);
     * }</pre>
     *
     * @param nowNanos the time on the owner's clock; earlier readings than the last one count as the last one
     * @param batch takes the expired entries; they are in no wheel any more
     * @return how many entries there are in the batch
     */
    public int advance(long nowNanos, @Nullable Entry[] batch) {
        long ahead = nowNanos - currentNanos;
        long target = current + (ahead <= 0 ? 0 : ahead / NANOS_PER_TICK);
        int count = 0;
        while (count < batch.length) {
            Entry due = first[DUE];
            if (due != null) {
                remove(due);
                batch[count++] = due;
                continue;
            }
            int level = nextLevel();
            if (level == LEVELS || nextSlot(level) > target) {
                moveTo(target);
                break;
            }
            moveTo(nextSlot(level));
            emptySlot(level);
        }
        return count;
    }

    @Override
    public String toString() {
        return "TimerWheel[" + size + " entries]";
    }

    /**
     * Returns the lowest level that has entries: the one with the next deadline, or {@link #LEVELS} if there is none.
     */
    private int nextLevel() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    /** Returns the first tick after {@link #current} at which a slot with entries begins, in a level that has some. */
    private long nextSlot(int level) {
        int shift = level * DIGIT_BITS;
        long behind = (current >> shift) + 1;
        // rotation takes the low six bits of the distance, which are the digit
        int steps = Long.numberOfTrailingZeros(Long.rotateRight(occupied[level], (int) behind));
        return (behind + steps) << shift;
    }

    private void moveTo(long tick) {
        currentNanos += (tick - current) * NANOS_PER_TICK;
        current = tick;
    }

    /** Files the entries of the slot that begins at {@link #current} again: in the due list, or in lower levels. */
    private void emptySlot(int level) {
        int digit = (int) (current >> level * DIGIT_BITS) & DIGIT_MASK;
        int list = level * SLOTS + digit;
        // entries of a later round come back to this very slot, so the ring is taken off first
        Entry ring = first[list];
        first[list] = null;
        occupied[level] &= ~(1L << digit);
        while (ring != null) {
            Entry entry = ring;
            ring = entry.next == entry ? null : entry.next;
            entry.previous.next = entry.next;
            entry.next.previous = entry.previous;
            file(entry);
        }
    }

    private void file(Entry entry) {
        int list;
        long tick = tick(entry.deadline);
        if (tick == current) {
            list = DUE;
        } else {
            int highestBit = 63 - Long.numberOfLeadingZeros(tick ^ current);
            int level = Math.min(highestBit / DIGIT_BITS, LEVELS - 1);
            int digit = (int) (tick >> level * DIGIT_BITS) & DIGIT_MASK;
            occupied[level] |= 1L << digit;
            list = level * SLOTS + digit;
        }
        entry.list = list;
        Entry head = first[list];
        if (head == null) {
            first[list] = entry;
            entry.next = entry;
            entry.previous = entry;
        } else {
            entry.next = head;
            entry.previous = head.previous;
            head.previous.next = entry;
            head.previous = entry;
        }
    }

    private void unlink(Entry entry) {
        int list = entry.list;
        if (entry.next == entry) {
            first[list] = null;
            if (list != DUE) {
                occupied[list / SLOTS] &= ~(1L << (list & DIGIT_MASK));
            }
        } else {
            entry.previous.next = entry.next;
            entry.next.previous = entry.previous;
            if (first[list] == entry) {
                first[list] = entry.next;
            }
        }
        entry.list = NOWHERE;
        entry.next = entry; // keeps no neighbour alive
        entry.previous = entry;
    }

    /** One deadline; owners extend it by what they wake. It may be added again after it was handed out or removed. */
    public abstract static class Entry {

        private Entry next = this;
        private Entry previous = this;
        private final long deadline;
        private int list = NOWHERE;

        /**
         * Makes an entry.
         *
         * @param deadlineNanos when it expires
         */
        protected Entry(long deadlineNanos) {
            deadline = deadlineNanos;
        }

        /**
         * Returns the deadline.
         *
         * @return when it expires
         */
        public final long deadline() {
            return deadline;
        }

        /**
         * Tells whether this entry waits in a wheel. For the owner of the wheel.
         *
         * @return true from {@link TimerWheel#add} until it is removed or handed out
         */
        public final boolean isFiled() {
            return list != NOWHERE;
        }
    }
}
