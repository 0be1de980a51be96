package pollux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Pollux;
import pollux.async.Async;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.scope.TaskScope;
import pollux.sync.AsyncMutex;
import pollux.sync.Notify;
import pollux.sync.Promise;
import pollux.time.Timers;

/** Runs of scenarios: what varies, what fails, and how a failure is told. */
@Timeout(value = 180)
class SimulationTest {

    /** Two tasks read, wait, and write: correct only if no other task is in between. */
    private static Scenario counter(boolean guarded) {
        return world -> {
            int[] count = {0};
            AsyncMutex mutex = new AsyncMutex();
            for (int i = 0; i < 2; i++) {
                world.spawn(async(() -> {
                    AsyncMutex.Guard guard = guarded ? await(mutex.lock()) : null;
                    int seen = count[0];
                    await(Timers.sleep(Duration.ofMillis(world.random(3))));
                    count[0] = seen + 1;
                    if (guard != null) {
                        guard.close();
                    }
                    return null;
                }));
            }
            world.atEnd(() -> assertThat(count[0]).isEqualTo(2));
            return null;
        };
    }

    @Test
    void findsALostUpdate() {
        assertThatThrownBy(() -> Simulation.explore(1_000, counter(false)))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageStartingWith("seed=");
    }

    @Test
    void passesWhatIsCorrect() {
        assertThatCode(() -> Simulation.explore(0, 2_000, Faults.SOME, counter(true)))
                .doesNotThrowAnyException();
    }

    @Test
    void theScheduleOfAFailureReplaysIt() {
        Scenario scenario = counter(false);
        SimulationFailure found =
                catchThrowableOfType(SimulationFailure.class, () -> Simulation.explore(1_000, scenario));
        assertThatThrownBy(() -> Simulation.replay(found.schedule(), Faults.NONE, scenario))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining(found.schedule());
        assertThatThrownBy(() -> Simulation.run(found.seed(), scenario)).hasMessage(found.getMessage());
    }

    @Test
    void anotherOrderIsTriedForEachSeed() {
        Set<List<Integer>> orders = new HashSet<>();
        Simulation.explore(200, world -> {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                world.spawn(Futures.ready(null).map(nothing -> order.add(number)));
            }
            world.atEnd(() -> orders.add(order));
            return null;
        });
        assertThat(orders).hasSize(24);
    }

    /**
     * Blocks on virtual threads take their turns as other tasks do: each runs to its next await before anything else
     * is chosen. So their races are found, and a schedule repeats what was found.
     */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void blocksOnVirtualThreadsTakeTurns() {
        Scenario racing = world -> {
            int[] count = {0};
            for (int i = 0; i < 2; i++) {
                world.spawn(Pollux.virtual(() -> {
                    int seen = count[0];
                    Async.block(Timers.sleep(Duration.ofMillis(world.random(3))));
                    Thread.sleep(1); // computes for a while
                    count[0] = seen + 1;
                    return null;
                }));
            }
            world.atEnd(() -> assertThat(count[0]).isEqualTo(2));
            return null;
        };
        SimulationFailure found =
                catchThrowableOfType(SimulationFailure.class, () -> Simulation.explore(1_000, racing));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> Simulation.replay(found.schedule(), Faults.NONE, racing))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining(found.schedule());
            assertThatThrownBy(() -> Simulation.run(found.seed(), racing)).hasMessage(found.getMessage());
        }
    }

    /** The text is the same on every JVM; the build runs this on JDK 17 and on newer ones. */
    @Test
    void aSeedGivesTheSameTraceOnEveryJvm() {
        Scenario scenario = world -> {
            Notify notify = new Notify();
            world.thread("outside").then(notify::notifyOne).then(notify::notifyOne);
            for (int i = 0; i < 2; i++) {
                world.spawn(async(() -> {
                    await(Futures.<String>select()
                            .on(notify.notified(), nothing -> "told")
                            .on(Timers.sleep(Duration.ofMillis(5)), nothing -> "timed out"));
                    await(Timers.sleep(Duration.ofMillis(1)));
                    return null;
                }));
            }
            return null;
        };
        String trace = Simulation.trace(7, Faults.SOME, scenario);
        String method = "SimulationTest.aSeedGivesTheSameTraceOnEveryJvm";
        assertThat(trace.replace(method, "m").replaceAll("pollux.testing.m\\(SimulationTest.java:\\d+\\)", "here"))
                .isEqualTo("""
                PT0S task 2 pending at here waits for Select
                PT0S outside
                PT0S task 1 pending at here waits for Select
                PT0S outside
                PT0S task 1 pending at here waits for Sleep
                PT0S task 2 pending at here waits for Sleep
                PT0.001S task 1 m ready
                PT0.001S task 2 m ready
                """);
    }

    @Test
    void aShrunkScheduleIsShort() {
        Scenario scenario = world -> {
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String name = "t" + i;
                world.spawn(Futures.yieldNow().map(nothing -> order.add(name)));
            }
            world.atEnd(() -> assertThat(order.indexOf("t3")).isLessThan(order.indexOf("t17")));
            return null;
        };
        SimulationFailure found =
                catchThrowableOfType(SimulationFailure.class, () -> Simulation.explore(1_000, scenario));
        assertThat(found.schedule().split(" ")).hasSizeLessThanOrEqualTo(3);
    }

    /** The other task waits for ever only because this one has failed. */
    @Test
    void aFailureIsNotHiddenByTheTasksThatItLeavesWaiting() {
        Scenario main = world -> {
            Promise<String> never = new Promise<>();
            world.spawn(async(() -> await(never.future())));
            return async(() -> {
                await(Timers.sleep(Duration.ofMillis(1)));
                throw new IllegalArgumentException("the cause");
            });
        };
        assertThatThrownBy(() -> Simulation.run(1, main))
                .hasMessageContaining("the cause")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        Scenario other = world -> {
            Promise<String> never = new Promise<>();
            world.spawn(async(() -> {
                await(Timers.sleep(Duration.ofMillis(1)));
                throw new IllegalArgumentException("the cause");
            }));
            return async(() -> await(never.future()));
        };
        assertThatThrownBy(() -> Simulation.run(1, other))
                .hasMessageContaining("nothing will ever happen again")
                .satisfies(failure -> assertThat(failure.getCause().getSuppressed())
                        .singleElement()
                        .satisfies(hidden -> assertThat(hidden)
                                .hasMessageContaining("failed, and no task joined it")
                                .hasRootCauseMessage("the cause")));
        Scenario busy = world -> {
            world.maxSteps(100);
            world.spawn(async(() -> {
                while (true) {
                    await(Futures.yieldNow());
                }
            }));
            return Futures.failed(new IllegalArgumentException("the cause"));
        };
        assertThatThrownBy(() -> Simulation.run(1, busy)).hasMessageContaining("the cause");
    }

    @Test
    void tasksThatNothingWakesAreNamedWithWhatTheyAwait() {
        assertThatThrownBy(() -> Simulation.run(1, world -> {
                    Promise<String> never = new Promise<>();
                    return async(() -> await(never.future()));
                }))
                .hasMessageContaining("nothing will ever happen again")
                .hasMessageContaining("SimulationTest.java:")
                .hasMessageContaining("waits for Promise");
    }

    @Test
    void aFailureThatNobodyJoinsFailsTheRun() {
        assertThatThrownBy(() -> Simulation.run(1, world -> {
                    world.spawn(Futures.failed(new IllegalStateException("lost")));
                    return null;
                }))
                .hasMessageContaining("no task joined it")
                .hasRootCauseMessage("lost");
    }

    @Test
    void aFailureThatIsJoinedIsTheJoinersAffair() {
        Simulation.run(1, world -> {
            JoinHandle<?> handle = world.spawn(Futures.failed(new IllegalStateException("seen")));
            return handle.join().map(x -> "joined").recover(failure -> Futures.ready("seen"));
        });
    }

    @Test
    void aRunThatDoesNotEndFails() {
        assertThatThrownBy(() -> Simulation.run(1, world -> {
                    world.maxSteps(100);
                    return async(() -> {
                        while (true) {
                            await(Futures.yieldNow());
                        }
                    });
                }))
                .hasMessageContaining("still busy after 100 steps");
    }

    /** Steps and the time between them take turns, so that either may come to the limit. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aRunThatSleepsForEverFails(int yields) {
        assertThatThrownBy(() -> Simulation.run(1, world -> {
                    world.maxSteps(100);
                    return async(() -> {
                        for (int i = 0; i < yields; i++) {
                            await(Futures.yieldNow());
                        }
                        while (true) {
                            await(Timers.sleep(Duration.ofSeconds(1)));
                        }
                    });
                }))
                .hasMessageContaining("still busy after 100 steps");
    }

    /** What the clean-up of a task waits for that a failed run has left. */
    private enum Left {
        A_SLEEP,
        A_THREAD,
        A_LOCK_THAT_IS_NOT_RELEASED,
        NOTHING_THAT_HAPPENS,
        A_BLOCKING_CALL,
        A_LOOP_WITHOUT_AN_END;

        Future<?> in(World world, AsyncMutex held) {
            return switch (this) {
                case A_SLEEP ->
                    async(() -> {
                        await(Timers.sleep(Duration.ofSeconds(1)));
                        await(Futures.yieldNow());
                        await(Timers.sleep(Duration.ofSeconds(1)));
                        return null;
                    });
                case A_THREAD -> {
                    Promise<Integer> told = new Promise<>();
                    world.thread("other").then(() -> told.complete(1));
                    yield told.future();
                }
                case A_LOCK_THAT_IS_NOT_RELEASED -> held.lock();
                case NOTHING_THAT_HAPPENS -> Futures.pending();
                case A_BLOCKING_CALL -> world.spawnBlocking(() -> 1).join();
                case A_LOOP_WITHOUT_AN_END ->
                    async(() -> {
                        while (true) {
                            await(Timers.sleep(Duration.ofSeconds(1)));
                        }
                    });
            };
        }

        boolean ends() {
            return this == A_SLEEP || this == A_THREAD;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedRunDoesNotWaitForCleanUpsThatDoNotEnd(Left left) {
        for (Faults faults : List.of(Faults.NONE, Faults.SOME)) {
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger cleaned = new AtomicInteger();
            assertThatThrownBy(() -> Simulation.explore(7, 1, faults, world -> {
                        AsyncMutex held = new AsyncMutex();
                        world.run(() -> {
                            await(held.lock());
                            await(Futures.pending());
                            return null;
                        });
                        world.run(() -> {
                            begun.incrementAndGet();
                            try {
                                await(Futures.pending());
                            } finally {
                                await(left.in(world, held));
                                cleaned.incrementAndGet();
                            }
                            return null;
                        });
                        return async(() -> {
                            await(Timers.sleep(Duration.ofMillis(3)));
                            throw new IllegalStateException("the failure that the test has found");
                        });
                    }))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("the failure that the test has found");
            assertThat(cleaned.get()).isEqualTo(left.ends() ? begun.get() : 0);
        }
    }

    @Test
    void theTimeOfTheNextRunBeginsAnewBehindACleanUpThatDoesNotEnd() {
        assertThatThrownBy(() -> Simulation.explore(1, world -> {
                    world.run(() -> {
                        assertThat(world.timers().timeSource().nanoTime()).isZero();
                        await(Timers.sleep(Duration.ofSeconds(1)));
                        try {
                            await(Futures.pending());
                        } finally {
                            await(Futures.pending());
                        }
                        return null;
                    });
                    return async(() -> {
                        await(Timers.sleep(Duration.ofMillis(world.random(5))));
                        throw new IllegalStateException("found");
                    });
                }))
                .hasMessageContaining("found");
    }

    @Test
    void timeIsVirtual() {
        Simulation.run(1, world -> Timers.sleep(Duration.ofDays(10_000)));
    }

    @Test
    void blockingCallsHappenAtAnyMoment() {
        Set<List<String>> orders = new HashSet<>();
        Simulation.explore(100, world -> {
            List<String> order = new ArrayList<>();
            world.spawn(Futures.ready(null).map(nothing -> order.add("task")));
            JoinHandle<Integer> call = world.spawnBlocking(() -> {
                order.add("call");
                return 1;
            });
            world.atEnd(() -> orders.add(order));
            return call.join();
        });
        assertThat(orders).containsExactlyInAnyOrder(List.of("task", "call"), List.of("call", "task"));
    }

    @Test
    void aBlockingCallThatIsCancelledDoesNotRunAfterItsHandleHasEnded() {
        Set<String> ends = new HashSet<>();
        Simulation.explore(200, world -> {
            boolean[] ended = {false};
            String[] ran = {"removed"};
            world.atEnd(() -> ends.add(ran[0]));
            return async(() -> {
                JoinHandle<String> call = world.spawnBlocking(() -> {
                    assertThat(ended[0]).isFalse();
                    ran[0] = Thread.currentThread().isInterrupted() ? "interrupted" : "returned";
                    return "value";
                });
                if (world.random(2) == 0) {
                    await(Futures.yieldNow());
                }
                call.cancel();
                String end;
                try {
                    end = await(call);
                } catch (CancellationException cancelled) {
                    end = "cancelled";
                }
                ended[0] = true;
                assertThat(end).isEqualTo(ran[0].equals("returned") ? "value" : "cancelled");
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                return null;
            });
        });
        assertThat(ends).containsExactlyInAnyOrder("removed", "interrupted", "returned");
    }

    @Test
    void aBlockingChildDoesNotOutliveItsScope() {
        Simulation.explore(100, world -> {
            boolean[] ended = {false};
            return async(() -> {
                try {
                    await(TaskScope.scoped(scope -> {
                        scope.forkBlocking(() -> {
                            assertThat(ended[0]).isFalse();
                            return 1;
                        });
                        return Futures.failed(new IllegalStateException("of the body"));
                    }));
                } catch (IllegalStateException expected) {
                    assertThat(expected).hasMessage("of the body");
                }
                ended[0] = true;
                return null;
            });
        });
    }

    @Test
    void aBlockingCallFindsTheServicesOfItsTask() {
        Services.Key<String> user = new Services.Key<>("user");
        Simulation.explore(
                20,
                world -> Futures.withService(user, "ann", async(() -> {
                    assertThat(await(world.spawnBlocking(() -> Async.service(user))))
                            .isEqualTo("ann");
                    assertThat(await(world.spawnBlocking(Async::spawner))).isSameAs(world);
                    return null;
                })));
    }

    @Test
    void everyPollIsInterruptedOnceByEachFault() {
        AtomicInteger runs = new AtomicInteger();
        int told = Simulation.injectEverywhere(3, world -> {
            runs.incrementAndGet();
            JoinHandle<String> child = world.spawn(async(() -> {
                await(Timers.sleep(Duration.ofMillis(1)));
                await(Futures.yieldNow());
                return "done";
            }));
            return child.join();
        });
        assertThat(told).isEqualTo(runs.get()).isEqualTo(1 + 5 * Injection.values().length);
    }

    /** The canary of fault injection: a task that forgets to clean up is found. */
    @Test
    void aTaskThatForgetsToCleanUpIsFound() {
        assertThatThrownBy(() -> Simulation.injectEverywhere(3, world -> {
                    int[] open = {0};
                    world.atEnd(() -> assertThat(open[0]).isZero());
                    return async(() -> {
                        open[0]++;
                        await(Futures.yieldNow());
                        open[0]--;
                        return null;
                    });
                }))
                .hasMessageContaining("injected cancel at poll 1");
    }
}
