package pollux.debug;

import java.util.Locale;

/** Times for people. */
final class Nanos {

    private Nanos() {}

    static String inWords(long nanos) {
        if (nanos < 0) {
            return nanos == Long.MIN_VALUE ? "-∞" : "-" + inWords(-nanos);
        }
        if (nanos < 1_000) {
            return nanos + " ns";
        }
        if (nanos < 1_000_000) {
            return rounded(nanos / 1e3) + " µs";
        }
        if (nanos < 1_000_000_000) {
            return rounded(nanos / 1e6) + " ms";
        }
        double seconds = nanos / 1e9;
        return seconds < 120
                ? rounded(seconds) + " s"
                : seconds < 7200 ? rounded(seconds / 60) + " min" : rounded(seconds / 3600) + " h";
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }
}
