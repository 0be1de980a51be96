package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.future.Futures;

@Timeout(180)
class PoolTimesTest {

    @ParameterizedTest
    @CsvSource({
        "-1, 0",
        "0, 0",
        "999, 0",
        "1000, 1",
        "1999, 1",
        "2000, 2",
        "3999, 2",
        "4000, 3",
        "1000000, 10",
        "8388607999, 23",
        "8388608000, 24",
        "9223372036854775807, 24"
    })
    void eachStepIsTwiceAsLong(long nanos, int step) {
        assertThat(PoolMetrics.Times.step(nanos)).isEqualTo(step);
        PoolTimes times = new PoolTimes();
        times.add(nanos);
        assertThat(times.sum().counts().get(step)).isEqualTo(1);
        assertThat(times.sum().count()).isEqualTo(1);
        assertThat(times.sum().totalNanos()).isEqualTo(nanos);
    }

    @Test
    void percentilesAreUpperEndsOfSteps() {
        PoolTimes times = new PoolTimes();
        LongStream.rangeClosed(1, 100).forEach(i -> times.add(i <= 50 ? 500 : i <= 99 ? 3_500 : Long.MAX_VALUE / 200));
        assertThat(times.sum().percentile(0)).isEqualTo(Duration.ofNanos(1_000));
        assertThat(times.sum().percentile(0.5)).isEqualTo(Duration.ofNanos(1_000));
        assertThat(times.sum().percentile(0.51)).isEqualTo(Duration.ofNanos(4_000));
        assertThat(times.sum().percentile(0.99)).isEqualTo(Duration.ofNanos(4_000));
        assertThat(times.sum().percentile(1)).isEqualTo(Duration.ofNanos(1_000L << 23));
        assertThat(PoolMetrics.Times.NONE.percentile(0.5)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTracedPoolCountsPollsAndWakes(boolean traced) {
        try (TaskPool pool = TaskPool.builder().workers(1).traced(traced).build()) {
            for (int i = 0; i < 10; i++) {
                // polled once as a new task, and once more after it has yielded, which is no wake
                pool.spawn(Futures.yieldNow()).toCompletableFuture().join();
            }
            pool.spawn(Futures.ready(1)).toCompletableFuture().join(); // the polls before are counted by now
            PoolMetrics metrics = pool.metrics();
            if (traced) {
                assertThat(metrics.polls().count()).isBetween(20L, 21L);
                assertThat(metrics.wakes().count()).isEqualTo(11);
                assertThat(metrics.polls().totalNanos()).isPositive();
            } else {
                assertThat(metrics.polls()).as("canary").isEqualTo(PoolMetrics.Times.NONE);
                assertThat(metrics.wakes()).isEqualTo(PoolMetrics.Times.NONE);
            }
        }
    }
}
