package pollux.testing;

import java.util.Arrays;

/** Where every choice of a run comes from: drawn from a seed, or given. Keeps what was chosen. */
final class Decisions {

    /*
     * Choice 0 is always the plain one: the task that was woken first, no fault. So a list of choices is simpler the
     * more zeros it has, and beyond its end everything is plain.
     */

    private static final int[] NONE = {};

    private final int[] given;
    private long state;
    private int[] made = new int[32];
    private int count;

    private Decisions(int[] given, long state) {
        this.given = given;
        this.state = state;
    }

    /** Choices drawn from a seed: the same on every JVM. */
    static Decisions drawn(long seed) {
        long mixed = seed + 0x9E3779B97F4A7C15L; // SplitMix64, so that neighbouring seeds have nothing in common
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        return new Decisions(NONE, mixed == 0 ? 1 : mixed);
    }

    /** Choices that were made before; the plain one when they are used up. */
    static Decisions given(int[] choices) {
        return new Decisions(choices, 0);
    }

    /** Chooses a number from 0 to {@code bound - 1}. Where there is no choice, none is noted. */
    int next(int bound) {
        if (bound <= 1) {
            return 0;
        }
        int choice;
        if (state != 0) {
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            choice = (int) ((state >>> 33) * bound >>> 31);
        } else {
            choice = count < given.length ? Math.min(given[count], bound - 1) : 0;
        }
        if (count == made.length) {
            made = Arrays.copyOf(made, count * 2);
        }
        made[count++] = choice;
        return choice;
    }

    /** Says yes in so many of 1,000 cases. */
    boolean chance(int perMille) {
        return perMille > 0 && next(1000) >= 1000 - perMille;
    }

    /** Returns what was chosen so far. */
    int[] made() {
        return Arrays.copyOf(made, count);
    }
}
