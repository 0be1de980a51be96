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
     * Makes as many choices plain as it can: first long stretches of them, then single ones.
     *
     * @param choices what fails
     * @param fails runs other choices and tells whether they fail as well
     * @return the simplest choices found that fail
     */
    static int[] shrink(int[] choices, Predicate<int[]> fails) {
        int[] best = choices;
        int tries = 0;
        for (int stretch = best.length; stretch > 0; stretch /= 2) {
            for (int from = (best.length - 1) / stretch * stretch; from >= 0; from -= stretch) {
                int[] simpler = best.clone();
                Arrays.fill(simpler, from, Math.min(from + stretch, best.length), 0);
                if (!Arrays.equals(simpler, best) && tries++ < TRIES && fails.test(simpler)) {
                    best = simpler;
                }
            }
        }
        return best;
    }
}
