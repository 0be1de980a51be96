package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import pollux.doubles.ByHand;
import pollux.doubles.HandPublisher;
import pollux.doubles.RecordingPeer;
import pollux.future.Context;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.reactive.Prefetch;
import pollux.stream.RawStream;
import pollux.time.ManualTime;
import pollux.time.TimerService;

/**
 * {@code takeReady} before a poll changes nothing that anyone can see: items, end, failure, budget, requests, cancels
 * and discards of a random run are those of a consumer that only polls.
 */
@Timeout(120)
class TakeReadyTest {

    /** Where the items come from. */
    enum Kind {
        /** The publisher lets us poll, and its null is the end. */
        SYNCHRONOUS,
        /** The publisher lets us poll, and signals. */
        ASYNCHRONOUS,
        /** Items come inside of a request. */
        INSIDE,
        /** Items come from elsewhere, as demanded. */
        OUTSIDE
    }

    /** How a consumer comes by an item. */
    enum Consumer {
        POLLS,
        TAKES,
        TAKES_NOW_AND_THEN
    }

    private static final int STEPS = 1_000;

    private final List<Object> log = new ArrayList<>();
    private final RecordingPeer peer = new RecordingPeer();
    private final HandPublisher<Integer> publisher = new HandPublisher<>();
    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private final ManualTime time = new ManualTime();
    private long demand;
    private int next;
    private int polledAtEnd;

    static Stream<Arguments> runs() {
        int[][] windows = {{1, 1}, {2, 2}, {7, 7}, {2, 16}, {Integer.MAX_VALUE, Integer.MAX_VALUE}};
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(windows).map(window -> Arguments.arguments(kind, window[0], window[1])));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void what_takes_what_is_ready_sees_what_a_poll_sees(Kind kind, int least, int most) {
        Prefetch prefetch = least == most ? Prefetch.of(least) : Prefetch.adaptive(least, most);
        int found = 0;
        for (int seed = 0; seed < 40; seed++) {
            List<Object> expected = new TakeReadyTest().run(kind, prefetch, seed, Consumer.POLLS, false);
            for (Consumer consumer : Consumer.values()) {
                assertThat(new TakeReadyTest().run(kind, prefetch, seed, consumer, false))
                        .as("%s, seed %s", consumer, seed)
                        .isEqualTo(expected);
            }
            // the canary: a stream that takes without counting
            List<Object> wrong = new TakeReadyTest().run(kind, prefetch, seed, Consumer.TAKES, true);
            found += wrong.equals(expected) ? 0 : 1;
        }
        if (kind != Kind.INSIDE || most > 1) { // there each item comes inside of the poll that asks for it
            assertThat(found).isPositive();
        }
    }

    private final class Fused extends FusedQueue<Integer> {
        Fused(boolean synchronous) {
            super(synchronous);
        }

        @Override
        protected @Nullable Integer poll() {
            Integer item = queue.poll();
            if (item == null && isSynchronous()) {
                assertThat(++polledAtEnd).as("a second poll at the end").isOne();
            }
            if (item != null && item % 89 == 88) {
                throw new IllegalArgumentException("of the source");
            }
            return item;
        }

        @Override
        protected boolean isEmpty() {
            return queue.isEmpty();
        }

        @Override
        protected void discardAll() {
            log.add("discarded " + queue);
            queue.clear();
        }
    }

    private List<Object> run(Kind kind, Prefetch prefetch, int seed, Consumer consumer, boolean counts) {
        Random random = new Random(seed);
        Random choice = new Random(~seed);
        int size = random.nextInt(600);
        boolean fails = random.nextInt(4) == 0;
        PublisherStream<Integer> stream = stream(kind, prefetch);
        if (kind == Kind.SYNCHRONOUS) {
            IntStream.range(0, size).forEach(queue::add);
        }
        publisher.onRequest(n -> {
            log.add("requested " + n);
            demand = Demand.sum(demand, n);
            if (kind == Kind.INSIDE) {
                emit(kind, size, fails, Integer.MAX_VALUE);
            }
        });
        Context cx = new Context(Waker.noop(), services());
        boolean ended = false;
        for (int step = 0; step < STEPS && !ended; step++) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (random.nextInt(25) == 0) { // so a budget ends now and then
                        cx.begin(Waker.noop(), services());
                    }
                }
                case 1 -> time.advance(Duration.ofNanos(random.nextInt(1_000_000)));
                case 2 -> log.add("end " + stream.pollEnd(cx));
                case 3, 4, 5 -> {
                    if (kind == Kind.OUTSIDE || kind == Kind.ASYNCHRONOUS) {
                        emit(kind, size, fails, random.nextInt(20));
                    }
                }
                case 6 -> {
                    if (random.nextInt(20) == 0) {
                        log.add("cancelled " + stream.cancel());
                        ended = true;
                    }
                }
                default -> ended = take(stream, consumer, choice, counts, cx);
            }
        }
        log.add(publisher.cancels);
        log.add(peer.discarded);
        log.add(peer.dropped);
        log.replaceAll(String::valueOf);
        return log;
    }

    private Services services() {
        return Services.NONE.with(TimerService.KEY, time);
    }

    private PublisherStream<Integer> stream(Kind kind, Prefetch prefetch) {
        return new PublisherStream<>(publisher, prefetch) {
            @Override
            protected @Nullable FusedQueue<Integer> fuse(Subscription upstream) {
                return kind == Kind.SYNCHRONOUS || kind == Kind.ASYNCHRONOUS
                        ? new Fused(kind == Kind.SYNCHRONOUS)
                        : null;
            }

            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        };
    }

    private void emit(Kind kind, int size, boolean fails, int most) {
        for (int i = 0; i < most && demand > 0 && next < size; i++) {
            demand--;
            if (kind == Kind.ASYNCHRONOUS) {
                queue.add(next++);
                publisher.subscriber.onNext(null);
            } else {
                publisher.next(next++);
            }
        }
        if (next == size && publisher.subscriber != null) {
            next++;
            if (fails) {
                publisher.error(new IllegalStateException("of the publisher"));
            } else {
                publisher.complete();
            }
        }
    }

    /** Takes an item or polls; true at the end. */
    private boolean take(
            PublisherStream<Integer> stream, Consumer consumer, Random choice, boolean counts, Context cx) {
        Object answer = null;
        int before = cx.budget();
        try {
            if (consumer == Consumer.TAKES || consumer == Consumer.TAKES_NOW_AND_THEN && choice.nextBoolean()) {
                answer = stream.takeReady(cx);
                if (counts && answer != null) {
                    cx.spend();
                }
                assertThat(answer == null).as("spent").isEqualTo(cx.budget() == before);
            }
            if (answer == null) {
                answer = RawStream.pollStep(stream, cx);
            }
        } catch (IllegalArgumentException | IllegalStateException failure) {
            answer = failure;
        }
        log.add(answer == ByHand.PENDING ? "pending" : answer == null ? "ended" : answer);
        log.add("left " + cx.budget());
        return answer == null || answer instanceof Exception;
    }
}
