package pollux.observability;

import java.util.Locale;
import pollux.executor.PoolMetrics;
import pollux.sync.ChannelMetrics;

/** A snapshot as text for a terminal. */
final class ConsoleText {

    private static final int KINDS = 30;

    private final StringBuilder text = new StringBuilder();

    ConsoleText(Snapshot snapshot) {
        line("%,d tasks, %,d looked at in %s", snapshot.live(), snapshot.seen(), time(snapshot.tookNanos()));
        for (Snapshot.Diagnosis diagnosis : snapshot.diagnoses()) {
            String lasting = diagnosis.nanos() == 0 ? "" : " for " + time(diagnosis.nanos());
            line("");
            line(
                    "%s%s in %s: %s",
                    upper(diagnosis.fault().title), lasting, diagnosis.pool(), diagnosis.fault().meaning);
            diagnosis.place().lines().forEach(place -> line("    %s", place));
        }
        for (Snapshot.Pool pool : snapshot.pools()) {
            line("");
            line(
                    "pool %s%s: %,d tasks, %,d queued, %,d spawned",
                    pool.name(),
                    pool.closed() ? ", closed" : "",
                    pool.spawned() - pool.ended(),
                    pool.queued(),
                    pool.spawned());
            times("polls took", pool.polls());
            times("woken tasks waited for a poll", pool.wakes());
            line("  %6s  %-9s  %12s  %8s  %10s  %s", "worker", "state", "polls", "steals", "busy", "task");
            for (int i = 0; i < pool.workers().size(); i++) {
                PoolMetrics.Worker worker = pool.workers().get(i);
                line(
                        "  %6d  %-9s  %,12d  %,8d  %10s  %s",
                        i,
                        worker.state().name().toLowerCase(Locale.ROOT),
                        worker.polls(),
                        worker.steals(),
                        time(worker.busy().toNanos()),
                        worker.task() == 0 ? "" : "#" + worker.task());
            }
        }
        if (!snapshot.channels().isEmpty()) {
            line("");
            line("%9s  %9s  %8s  %8s  %s", "queued", "capacity", "waiting", "senders", "channel");
        }
        for (ChannelMetrics channel : snapshot.channels()) {
            line(
                    "%,9d  %,9d  %,8d  %,8d  %s",
                    channel.queued(), channel.capacity(), channel.waiting(), channel.senders(), channel.name());
        }
        if (!snapshot.kinds().isEmpty()) {
            line("");
            line("%9s  %s", "tasks", "where, and what they wait for");
        }
        for (Snapshot.Kind kind :
                snapshot.kinds().subList(0, Math.min(KINDS, snapshot.kinds().size()))) {
            String place = kind.place().isEmpty() ? "" : kind.place() + "  ";
            String what = kind.waitsFor().isEmpty() && kind.place().isEmpty() ? "not suspended" : kind.waitsFor();
            line("%,9d  %s%s  (#%d)", kind.count(), place, what, kind.example());
        }
        if (snapshot.kinds().size() > KINDS) {
            line("%9s  and %,d more kinds", "…", snapshot.kinds().size() - KINDS);
        }
    }

    private void times(String what, PoolMetrics.Times times) {
        if (times.count() > 0) {
            line(
                    "  %s: half of them at most %s, 99 %% at most %s",
                    what,
                    time(times.percentile(0.5).toNanos()),
                    time(times.percentile(0.99).toNanos()));
        }
    }

    private static String upper(String title) {
        return title.toUpperCase(Locale.ROOT);
    }

    private static String time(long nanos) {
        return nanos < 1_000_000
                ? nanos / 1_000 + " µs"
                : nanos < 1_000_000_000
                        ? nanos / 1_000_000 + " ms"
                        : String.format(Locale.ROOT, "%,.1f s", nanos / 1e9);
    }

    /** Control characters in names would let a name command the terminal. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library
    private void line(String format, Object... arguments) {
        String line = String.format(Locale.ROOT, format, arguments);
        line.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(text::appendCodePoint);
        text.append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
