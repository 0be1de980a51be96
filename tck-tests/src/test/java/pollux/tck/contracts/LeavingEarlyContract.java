package pollux.tck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.stream.AsyncStream;

/**
 * A stream that is left early releases what is behind it, fused or not: the terminal signal of a fused queue is not the
 * end of its publisher. Every kind of resource behind every kind of queue, left early and consumed to the end.
 *
 * @param <P> the kind of publisher
 */
@Timeout(120)
abstract class LeavingEarlyContract<P> {

    /** No multiple of a request: at such a one publishOn ends without the last poll of its source. */
    static final int ITEMS = 1_001;

    abstract AsyncStream<Integer> stream(P publisher, int prefetch);

    /**
     * The rows of an adapter, which a subclass returns from its methods {@code early()} and {@code all()}.
     *
     * @param resources what holds a resource; the semaphore counts its releases
     * @param queues what is between the resource and the stream
     */
    static <P> Stream<Arguments> rows(
            Map<String, Function<Semaphore, P>> resources, Map<String, Function<P, P>> queues) {
        List<Arguments> all = new ArrayList<>();
        resources.forEach((resource, source) -> queues.forEach((queue, through) -> {
            for (int prefetch : new int[] {3, 16, Integer.MAX_VALUE}) {
                Function<Semaphore, P> made = source.andThen(through);
                all.add(Arguments.of(resource + " / " + queue + " / " + prefetch, made, prefetch));
            }
        }));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("early")
    void whatIsBehindIsReleasedOnce(String name, Function<Semaphore, P> publisher, int prefetch)
            throws InterruptedException {
        Semaphore released = new Semaphore(0);
        AsyncStream<Integer> stream = stream(publisher.apply(released), prefetch);
        assertThat(Pollux.blockOn(stream.take(3).toList())).hasSize(3);
        assertThat(released.tryAcquire(60, TimeUnit.SECONDS)).as("released").isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void whatIsBehindIsReleasedOnceAtTheEndToo(String name, Function<Semaphore, P> publisher, int prefetch)
            throws InterruptedException {
        Semaphore released = new Semaphore(0);
        AsyncStream<Integer> stream = stream(publisher.apply(released), prefetch);
        assertThat(Pollux.blockOn(stream.toList())).hasSizeGreaterThanOrEqualTo(ITEMS);
        assertThat(released.tryAcquire(60, TimeUnit.SECONDS)).as("released").isTrue();
        stream.cancel();
        assertThat(released.availablePermits()).as("released again").isZero();
    }
}
