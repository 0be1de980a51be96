package pollux.testing.scenarios;

import static pollux.testing.scenarios.Trial.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.FuseFuture;
import pollux.future.Future;
import pollux.future.FutureSet;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Shared;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.testing.Scenario;
import pollux.time.Retry;
import pollux.time.Timers;

/**
 * Futures and streams that own others: whatever happens, each child is polled to its end or cancelled, before its owner
 * ends.
 */
final class Combinators {

    private Combinators() {}

    static final List<Named<Scenario>> ALL = List.of(
            scenario(
                    "join",
                    t -> t.task(t.owner(
                            Futures.join(t.flaky(1), t.tidy(2), t.tidy(3), (a, b, c) -> t.mustBe(6, a + b + c))))),
            scenario(
                    "joinAll",
                    t -> t.task(t.owner(Futures.<Integer>joinAll(List.of(t.value(1), t.flaky(2), t.tidy(3)))
                            .map(all -> t.mustBe(List.of(1, 2, 3), all))))),
            scenario(
                    "race",
                    t -> t.task(t.owner(Futures.<Integer>race(t.tidy(1), t.flaky(1), t.tidy(1))
                            .map(won -> t.mustBe(1, won))))),
            scenario(
                    "select",
                    t -> t.task(t.owner(Futures.<Integer>select()
                            .on(t.tidy(1), one -> one)
                            .on(t.flaky(2), two -> two - 1)
                            .on(t.value(3), three -> three - 2)
                            .map(won -> t.mustBe(1, won))))),
            scenario(
                    "select with conditions",
                    t -> t.task(t.owner(Futures.<Integer>select()
                            .biased()
                            .onlyIf(t.tidy(1), one -> false, one -> one)
                            .onlyIf(t.flaky(2), two -> t.random(2) == 0, two -> 0)
                            .otherwise(() -> 0)
                            .map(won -> t.mustBe(0, won))))),
            scenario(
                    "FutureSet",
                    t -> t.task(t.owner(new Sum(t.flaky(1), t.value(2), t.tidy(3), t.value(4)))
                            .map(sum -> t.mustBe(10, sum)))),
            scenario("shared", t -> {
                Shared<Integer> shared = t.flaky(1).shared();
                for (int i = 0; i < 3; i++) {
                    t.task(shared.future().map(value -> t.mustBe(1, value)));
                }
            }),
            scenario("shared, left by some", t -> {
                Shared<Integer> shared = t.tidy(1).shared();
                Future<Integer> stays = shared.future();
                t.task(Futures.<Integer>race(shared.future(), t.value(1)).map(value -> t.mustBe(1, value)));
                t.task(Futures.<Integer>race(shared.future(), t.value(1)).map(value -> t.mustBe(1, value)));
                t.task(stays.map(value -> t.mustBe(1, value)));
            }),
            scenario("fuse", t -> {
                FuseFuture<Integer> fused = t.flaky(1).fuse();
                t.task(t.owner(Futures.<Integer>race(fused, t.tidy(1)).map(won -> t.mustBe(1, won))));
            }),
            scenario(
                    "recover",
                    t -> t.task(
                            t.owner(t.flaky(1).recover(failure -> t.tidy(1))).map(value -> t.mustBe(1, value)))),
            scenario(
                    "map and then",
                    t -> t.task(t.owner(t.tidy(1).then(one -> t.flaky(one + 1)).map(two -> two + 1))
                            .map(three -> t.mustBe(3, three)))),
            scenario(
                    "timeout",
                    t -> t.task(t.owner(Timers.timeout(Duration.ofMillis(t.random(3)), t.tidy(1))
                            .recover(Combinators::ifTimeout)
                            .map(value -> t.mustBe(1, value))))),
            scenario(
                    "retry",
                    t -> t.task(Retry.times(3)
                            .backoff(Duration.ofMillis(1), Duration.ofMillis(2))
                            .run(() -> t.owner(t.flaky(1)))
                            .map(value -> t.mustBe(1, value)))),
            scenario(
                    "stream then",
                    t -> t.task(
                            ints(AsyncStreams.of(1, 2, 3).then(t::flaky)).map(all -> t.mustBe(List.of(1, 2, 3), all)))),
            scenario(
                    "stream buffered",
                    t -> t.task(ints(AsyncStreams.range(0, 5).buffered(2, t::tidy))
                            .map(all -> t.mustBe(List.of(0, 1, 2, 3, 4), all)))),
            scenario(
                    "stream bufferedUnordered",
                    t -> t.task(ints(AsyncStreams.range(0, 5).bufferedUnordered(3, t::flaky))
                            .map(all -> t.mustBe(List.of(0, 1, 2, 3, 4), sorted(all))))),
            scenario(
                    "stream merge, cut short",
                    t -> t.task(ints(AsyncStreams.<Integer>merge(
                                            AsyncStreams.of(1, 1).then(t::tidy),
                                            AsyncStreams.of(1, 1).then(t::value))
                                    .take(2))
                            .map(all -> t.mustBe(List.of(1, 1), all)))),
            scenario(
                    "stream zip",
                    t -> t.task(AsyncStreams.zip(
                                    AsyncStreams.of(1, 2).then(t::flaky),
                                    AsyncStreams.of(2, 1, 0).then(t::tidy),
                                    Integer::sum)
                            .toList()
                            .map(all -> t.mustBe(List.of(3, 3), all)))),
            scenario(
                    "stream concatMap, recovered",
                    t -> t.task(ints(AsyncStreams.of(1, 2)
                                    .concatMap(item -> AsyncStreams.<Integer>once(t.flaky(item))
                                            .recover(failure -> AsyncStreams.once(t.tidy(item)))))
                            .map(all -> t.mustBe(List.of(1, 2), all)))));

    static final Named<Scenario> CANARY = scenario(
            "a race that forgets its losers",
            t -> t.task(new RawFuture<Integer>() {
                private final Probe one = t.value(1);
                private final Probe two = t.value(2);

                @Override
                public @Nullable Object pollRaw(Context cx) {
                    Object answer = one.pollRaw(cx);
                    return answer == PENDING ? two.pollRaw(cx) : answer;
                }

                @Override
                public boolean cancel() {
                    return one.cancel() & two.cancel();
                }
            }));

    private static Future<Integer> ifTimeout(Throwable failure) {
        return failure instanceof TimeoutException ? Futures.ready(1) : Futures.failed(failure);
    }

    private static Future<List<Integer>> ints(AsyncStream<Integer> stream) {
        return stream.toList();
    }

    private static List<Integer> sorted(List<Integer> items) {
        List<Integer> sorted = new ArrayList<>(items);
        sorted.sort(null);
        return sorted;
    }

    /** Adds up what a set gives, in whatever order. */
    private static final class Sum extends RawFuture<Integer> {

        private final FutureSet<Integer> set = new FutureSet<>();
        private int sum;
        private @Nullable Ending ending;

        Sum(Probe... parts) {
            for (Probe part : parts) {
                set.add(part, 0);
            }
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (ending == null) {
                try {
                    while (!set.isEmpty()) {
                        Object answer = set.pollAnyRaw(cx);
                        if (answer == PENDING) {
                            return PENDING;
                        }
                        sum += (Integer) answer;
                    }
                    ending = Ending.ofValue(sum);
                } catch (Refused refused) {
                    ending = Ending.ofFailure(refused);
                    set.cancelAll(ending);
                }
            }
            return ending.poll(cx, this);
        }

        @Override
        public boolean cancel() {
            if (ending == null) {
                ending = Ending.cancelled();
                set.cancelAll(ending);
            }
            return ending.answerCancel();
        }

        @Override
        public boolean hasDecided() {
            return ending != null && ending.hasDecided();
        }
    }
}
