package pollux.testing.scenarios;

import static pollux.async.Async.await;
import static pollux.testing.scenarios.Trial.scenario;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.stream.AsyncStreams;
import pollux.testing.Scenario;
import pollux.time.Interval;
import pollux.time.ManualTime;
import pollux.time.MissedTickBehavior;
import pollux.time.TimerService;
import pollux.time.Timers;

/** Whatever waits for time: never early, and a timer that no task waits for is gone. */
final class Clocks {

    private Clocks() {}

    private static final long MILLI = 1_000_000;

    static final List<Named<Scenario>> ALL = List.of(
            scenario(
                    "sleep",
                    t -> t.tasks(3, () -> {
                        long due = t.now() + t.random(3) * MILLI;
                        await(Timers.sleepUntil(due));
                        t.must(t.now() - due >= 0, "woke up early");
                        return null;
                    })),
            scenario(
                    "sleep, given up",
                    t -> t.task(t.ending(
                            Futures.<Object>race(
                                    Timers.sleep(Duration.ofMillis(1)), t.value(1), Timers.sleep(Duration.ofDays(1))),
                            () -> noTimer(t)))),
            scenario(
                    "timeout that may fire",
                    t -> t.tasks(2, () -> {
                        long begin = t.now();
                        try {
                            await(t.owner(Timers.timeout(Duration.ofMillis(1), t.tidy(1))), TimeoutException.class);
                        } catch (TimeoutException late) {
                            t.must(t.now() - begin >= MILLI, "timed out early");
                        }
                        return null;
                    })),
            scenario(
                    "timeout that leaves nothing behind",
                    t -> t.task(t.ending(t.owner(Timers.timeout(Duration.ofDays(1), t.flaky(1))), () -> noTimer(t))
                            .recover(failure ->
                                    failure instanceof TimeoutException ? Futures.ready(1) : Futures.failed(failure)))),
            scenario("interval", t -> {
                for (MissedTickBehavior missed : MissedTickBehavior.values()) {
                    t.task(() -> {
                        Interval interval = Timers.interval(Duration.ofMillis(1), missed);
                        long begin = t.now();
                        for (long last = -1, tick; last < 3; last = tick) {
                            tick = await(interval.tick());
                            t.must(tick > last, "the ticks do not count up");
                            t.must(missed == MissedTickBehavior.SKIP || tick == last + 1, "a tick is missing");
                            t.must(t.now() - begin >= tick * MILLI, "ticked early");
                            await(t.value(0));
                        }
                        return null;
                    });
                }
            }),
            scenario(
                    "interval, given up",
                    t -> t.task(() -> {
                        Interval interval = Timers.interval(Duration.ofMillis(1));
                        for (long tick = -1; tick < 3; ) {
                            long expected = tick + 1;
                            tick = await(Futures.<Long>select()
                                    .on(interval.tick(), number -> t.mustBe(expected, number))
                                    .on(t.value(0), nothing -> expected - 1));
                        }
                        return null;
                    })),
            scenario(
                    "throttle",
                    t -> t.task(() -> {
                        long begin = t.now();
                        await(AsyncStreams.range(0, 3)
                                .throttle(Duration.ofMillis(2))
                                .toList());
                        t.must(t.now() - begin >= 4 * MILLI, "went too fast");
                        return null;
                    })));

    static final Named<Scenario> CANARY = scenario(
            "a sleep that takes any wake for its own",
            t -> t.task(() -> {
                long due = t.now() + MILLI;
                await(new RawFuture<Void>() {
                    private boolean registered;

                    @Override
                    public @Nullable Object pollRaw(Context cx) {
                        if (registered) {
                            return null;
                        }
                        registered = true;
                        TimerService timers = t.world.timers();
                        timers.register(due, cx.waker());
                        return PENDING;
                    }
                });
                t.must(t.now() - due >= 0, "woke up early");
                return null;
            }));

    private static void noTimer(Trial t) {
        t.mustBe(0, ((ManualTime) t.world.timers()).pendingTimers());
    }
}
