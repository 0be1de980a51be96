package pollux.observability;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import pollux.executor.PoolMetrics;
import pollux.executor.TaskPool;
import pollux.sync.ChannelMetrics;
import pollux.sync.Mpsc;

/**
 * Metrics of one pool for Micrometer:
 *
 * <pre>{@code
 * new PolluxMetrics(Pollux.pool()).bindTo(registry);
 * }</pre>
 *
 * <p>Everything but the time of polls is read from the pool when the registry asks, so it costs nothing in between.
 * Each meter has the tag {@code pool}; {@code pollux.workers} has the tag {@code state} too, with four values.
 *
 * <table>
 *   <caption>The meters</caption>
 *   <tr><th>name</th><th>kind</th><th>what</th></tr>
 *   <tr><td>{@code pollux.tasks.live}</td><td>gauge</td><td>tasks that have not ended</td></tr>
 *   <tr><td>{@code pollux.tasks.queued}</td><td>gauge</td><td>tasks that wait for a worker</td></tr>
 *   <tr><td>{@code pollux.tasks.spawned}, {@code pollux.tasks.ended}</td><td>counters</td><td>tasks since the
 *   start</td></tr>
 *   <tr><td>{@code pollux.workers}</td><td>gauge</td><td>workers that poll, search, are parked, are blocked</td></tr>
 *   <tr><td>{@code pollux.workers.busy}</td><td>counter</td><td>seconds that workers were not parked, added
 *   up</td></tr>
 *   <tr><td>{@code pollux.workers.blocked.longest}</td><td>gauge</td><td>how long the longest present poll has lasted;
 *   0 if it is shorter than 10 ms</td></tr>
 *   <tr><td>{@code pollux.polls}, {@code pollux.steals}, {@code pollux.parks}</td><td>counters</td><td>of all workers
 *   together</td></tr>
 *   <tr><td>{@code pollux.polls.time}, {@code pollux.wake.delay}</td><td>timers</td><td>how long polls took, and how
 *   long woken tasks waited for them; only of pools that are {@linkplain TaskPool.Builder#traced traced}</td></tr>
 *   <tr><td>{@code pollux.polls.time.percentile}, {@code pollux.wake.delay.percentile}</td><td>gauges</td><td>the same
 *   since the start of the pool, with the tag {@code phi}: 0.5 and 0.99</td></tr>
 *   <tr><td>{@code pollux.channel.queued}, {@code pollux.channel.waiting}</td><td>gauges</td><td>items in the channels
 *   of one name, and sends that wait; only with {@link #channel}</td></tr>
 *   <tr><td>{@code pollux.poll}</td><td>timer</td><td>the time of each poll; only with {@link #timePolls}</td></tr>
 * </table>
 *
 * <p>The meters keep no pool alive: those of a pool that is gone say NaN, or their last count. Needs
 * {@code micrometer-core}.
 */
public final class PolluxMetrics implements MeterBinder {

    private static final int LONGEST_NAME = 100;

    private final TaskPool pool;

    /**
     * Makes the metrics of a pool.
     *
     * @param pool an open pool
     */
    public PolluxMetrics(TaskPool pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = tags(pool.name());
        gauge(registry, tags, "pollux.tasks.live", "Tasks that have not ended", PoolMetrics::liveTasks);
        gauge(
                registry,
                tags,
                "pollux.tasks.queued",
                "Tasks that wait for a worker",
                metrics -> metrics.injectDepth() + sum(metrics, PoolMetrics.Worker::queueDepth));
        for (PoolMetrics.State state : PoolMetrics.State.values()) {
            gauge(
                    registry,
                    tags.and("state", state.name().toLowerCase(Locale.ROOT)),
                    "pollux.workers",
                    "Workers by what they do",
                    metrics -> metrics.workers().stream()
                            .filter(worker -> worker.state() == state)
                            .count());
        }
        TimeGauge.builder("pollux.workers.blocked.longest", pool, TimeUnit.NANOSECONDS, PolluxMetrics::longestBlocked)
                .description("The longest of the present polls")
                .tags(tags)
                .register(registry);
        counter(registry, tags, "pollux.tasks.spawned", "Tasks that were spawned", PoolMetrics::spawnedTasks);
        counter(registry, tags, "pollux.tasks.ended", "Tasks that have ended", PoolMetrics::endedTasks);
        counter(registry, tags, "pollux.polls", "Polls", metrics -> sum(metrics, PoolMetrics.Worker::polls));
        counter(registry, tags, "pollux.steals", "Thefts of work", metrics -> sum(metrics, PoolMetrics.Worker::steals));
        counter(registry, tags, "pollux.parks", "Parks", metrics -> sum(metrics, PoolMetrics.Worker::parks));
        if (!pool.metrics().polls().counts().isEmpty()) {
            times(registry, tags, "pollux.polls.time", "How long polls took", PoolMetrics::polls);
            times(registry, tags, "pollux.wake.delay", "How long woken tasks waited for a poll", PoolMetrics::wakes);
        }
        FunctionCounter.builder("pollux.workers.busy", pool, PolluxMetrics::busySeconds)
                .description("Time in which workers were not parked")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
    }

    /**
     * Adds the meters of the channels of one name, see {@link Mpsc#named}. Several channels of that name are added up.
     *
     * @param name the name, for the tag {@code channel} too; the first 100 characters of it
     * @param registry takes the meters
     */
    public static void channel(String name, MeterRegistry registry) {
        Tags tags = Tags.of("channel", name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME));
        channel(name, registry, tags, "pollux.channel.queued", "Items in channels", ChannelMetrics::queued);
        channel(name, registry, tags, "pollux.channel.waiting", "Sends that wait for room", ChannelMetrics::waiting);
    }

    private static void channel(
            String channel,
            MeterRegistry registry,
            Tags tags,
            String name,
            String what,
            ToLongFunction<ChannelMetrics> value) {
        Gauge.builder(
                        name,
                        () -> ChannelMetrics.ofNamed().stream()
                                .filter(each -> each.name().equals(channel))
                                .mapToLong(value)
                                .sum())
                .description(what)
                .tags(tags)
                .register(registry);
    }

    /**
     * Has a pool record the time of each poll, as a timer {@code pollux.poll} with a histogram. Costs two readings of
     * the clock for each poll.
     *
     * @param pool the options of a pool that will be built; hooks that are set already stay
     * @param name the name of the pool, for the tag
     * @param registry takes the times
     * @return the same options
     */
    public static TaskPool.Builder timePolls(TaskPool.Builder pool, String name, MeterRegistry registry) {
        Timer timer = Timer.builder("pollux.poll")
                .description("The time of one poll")
                .tags(tags(name))
                .serviceLevelObjectives(
                        Duration.ofNanos(10_000),
                        Duration.ofNanos(100_000),
                        Duration.ofMillis(1),
                        Duration.ofMillis(10),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1))
                .register(registry);
        ThreadLocal<long[]> begun = ThreadLocal.withInitial(() -> new long[1]); // one poll at a time on each worker
        return pool.onPollStart(task -> begun.get()[0] = System.nanoTime())
                .onPollStop(task -> timer.record(System.nanoTime() - begun.get()[0], TimeUnit.NANOSECONDS));
    }

    private static Tags tags(String pool) {
        return Tags.of("pool", pool.length() <= LONGEST_NAME ? pool : pool.substring(0, LONGEST_NAME));
    }

    private void gauge(
            MeterRegistry registry, Tags tags, String name, String what, ToDoubleFunction<PoolMetrics> value) {
        Gauge.builder(name, pool, pool -> value.applyAsDouble(pool.metrics()))
                .description(what)
                .tags(tags)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry, Tags tags, String name, String what, ToDoubleFunction<PoolMetrics> value) {
        FunctionCounter.builder(name, pool, pool -> value.applyAsDouble(pool.metrics()))
                .description(what)
                .tags(tags)
                .register(registry);
    }

    private void times(
            MeterRegistry registry,
            Tags tags,
            String name,
            String what,
            Function<PoolMetrics, PoolMetrics.Times> part) {
        FunctionTimer.builder(
                        name,
                        pool,
                        pool -> part.apply(pool.metrics()).count(),
                        pool -> part.apply(pool.metrics()).totalNanos(),
                        TimeUnit.NANOSECONDS)
                .description(what)
                .tags(tags)
                .register(registry);
        for (double phi : new double[] {0.5, 0.99}) {
            TimeGauge.builder(
                            name + ".percentile",
                            pool,
                            TimeUnit.NANOSECONDS,
                            pool -> part.apply(pool.metrics()).percentile(phi).toNanos())
                    .description(what + ", since the start")
                    .tags(tags.and("phi", Double.toString(phi)))
                    .register(registry);
        }
    }

    private static long sum(PoolMetrics metrics, ToLongFunction<PoolMetrics.Worker> value) {
        return metrics.workers().stream().mapToLong(value).sum();
    }

    private static double busySeconds(TaskPool pool) {
        return sum(pool.metrics(), worker -> worker.busy().toNanos()) / 1e9;
    }

    private static double longestBlocked(TaskPool pool) {
        return pool.metrics().workers().stream()
                .mapToLong(worker -> worker.blocked().toNanos())
                .max()
                .orElse(0);
    }

    @Override
    public String toString() {
        return "PolluxMetrics[" + pool.name() + "]";
    }
}
