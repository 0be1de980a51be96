package pollux.observability;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One snapshot for all pages: taken when a page asks and the last one is old. Thread-safe. */
final class Sampler {

    /*
     * The callers take turns: the first one that finds the snapshot old takes a new one, the others wait for it. Taking
     * one may use one part in SHARE of the time of one processor, so a program with many tasks is looked at less often
     * than once a second. Of the last two looks the faster one counts: the first one of a program loads classes.
     */
    private static final long LEAST = 1_000_000_000;
    private static final long MOST = 30_000_000_000L;
    private static final long SHARE = 100;

    private byte @Nullable [] json;
    private Snapshot.@Nullable Suspects suspects;
    private long taken;
    private long pause = LEAST;
    private long took;
    private long count;

    /** Returns the last snapshot, or a new one if that is older than a second, as one line of JSON. */
    synchronized byte[] json() {
        byte[] last = json;
        if (last == null || System.nanoTime() - taken >= pause) {
            Snapshot.Suspects found = new Snapshot.Suspects();
            long start = System.nanoTime();
            Snapshot snapshot = Snapshot.take(suspects, found);
            suspects = found;
            long now = System.nanoTime() - start;
            pause = Math.min(MOST, Math.max(LEAST, SHARE * Math.min(took, now))); // none was before the first: LEAST
            took = now;
            last = Json.of(snapshot, pause / 1_000_000).getBytes(StandardCharsets.US_ASCII);
            json = last;
            taken = System.nanoTime();
            count++;
        }
        return last;
    }

    /** Returns after how many nanoseconds the next snapshot may be taken. */
    synchronized long nanosToNext() {
        return Math.max(0, pause - (System.nanoTime() - taken));
    }

    /** Returns how many snapshots were taken. */
    synchronized long count() {
        return count;
    }
}
