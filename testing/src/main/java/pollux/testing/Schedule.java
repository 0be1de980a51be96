package pollux.testing;

import java.util.Arrays;
import java.util.function.Predicate;

/** The choices of one run as a line of text, and how to find a simpler line that shows the same. */
final class Schedule {

    /** Tries before the shrinker is content with what it has. */
    private static final int TRIES = 2_000;

    private Schedule() {}

    /** Writes {@code place:choice} for every choice that is not the plain one. */
    static String format(int[] choices) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < choices.length; i++) {
            if (choices[i] != 0) {
                text.append(text.isEmpty() ? "" : " ").append(i).append(':').append(choices[i]);
            }
        }
        return text.toString();
    }

    /** Reads what {@link #format} has written. */
    static int[] parse(String text) {
        int[] choices = new int[0];
        for (String choice : text.isBlank() ? new String[0] : text.trim().split("\\s+")) {
            int colon = choice.indexOf(':');
            try {
                int place = Integer.parseInt(choice.substring(0, colon));
                if (place >= choices.length) {
                    choices = Arrays.copyOf(choices, place + 1);
                }
                choices[place] = Integer.parseInt(choice.substring(colon + 1));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        "\"" + choice
                                + "\" is no choice; a schedule reads like \"3:1 17:2\", as a failed run prints it",
                        e);
            }
        }
        return choices;
    }

    /**
     * Makes choices plain and leaves choices out, first long stretches of them, then single ones, until neither helps.
     *
     * @param choices what fails
     * @param fails runs other choices and tells whether they fail as well
     * @return the simplest choices found that fail
     */
    static int[] shrink(int[] choices, Predicate<int[]> fails) {
        int[] tries = {0};
        Predicate<int[]> fewTimes = simpler -> tries[0]++ < TRIES && fails.test(simpler);
        int[] best = choices;
        int[] before;
        do {
            before = best;
            best = shrinkBy(Schedule::plain, best, fewTimes);
            best = shrinkBy(Schedule::without, best, fewTimes);
        } while (best != before);
        return best;
    }

    private static int[] shrinkBy(Simplification simplification, int[] choices, Predicate<int[]> fails) {
        int[] best = choices;
        for (int stretch = best.length; stretch > 0; stretch /= 2) {
            for (int from = best.length - stretch; from > -stretch; from -= stretch) {
                int[] simpler = simplification.of(best, Math.max(0, from), from + stretch);
                if (!Arrays.equals(simpler, best) && fails.test(simpler)) {
                    best = simpler;
                }
            }
        }
        return best;
    }

    private static int[] plain(int[] choices, int from, int to) {
        int[] simpler = choices.clone();
        Arrays.fill(simpler, from, Math.min(to, simpler.length), 0);
        return simpler;
    }

    private static int[] without(int[] choices, int from, int to) {
        int end = Math.min(to, choices.length);
        int[] simpler = Arrays.copyOf(choices, choices.length - Math.max(0, end - from));
        System.arraycopy(choices, end, simpler, Math.min(from, simpler.length), Math.max(0, simpler.length - from));
        return simpler;
    }

    /** Makes a simpler list out of a stretch of choices. */
    private interface Simplification {
        int[] of(int[] choices, int from, int to);
    }
}
