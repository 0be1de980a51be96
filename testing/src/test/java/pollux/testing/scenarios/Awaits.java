package pollux.testing.scenarios;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.testing.scenarios.Trial.scenario;

import java.util.List;
import org.junit.jupiter.api.Named;
import pollux.async.Async;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStreams;
import pollux.testing.Scenario;

/** Compiled blocks: however a block ends, its finally clauses have run, once each and in order. */
@SuppressWarnings("try") // a resource is opened to be closed
final class Awaits {

    private Awaits() {}

    static final List<Named<Scenario>> ALL = List.of(
            scenario("await in finally", t -> {
                Door door = new Door(t);
                t.tasks(2, () -> {
                    door.open();
                    try {
                        await(t.flaky(1));
                        await(t.tidy(2));
                    } finally {
                        try {
                            await(t.value(3));
                        } finally {
                            door.close();
                        }
                    }
                    return null;
                });
            }),
            scenario("await in catch", t -> {
                Door door = new Door(t);
                t.task(() -> {
                    for (int i = 0; i < 3; i++) {
                        door.open();
                        try {
                            await(t.flaky(i));
                        } catch (Refused refused) {
                            await(t.tidy(i));
                        } finally {
                            door.close();
                        }
                    }
                    return null;
                });
            }),
            scenario("try with resources", t -> {
                Door door = new Door(t);
                t.tasks(2, () -> {
                    try (Door outer = door.open();
                            Door inner = door.open()) {
                        int sum = await(t.flaky(1)) + await(t.tidy(2));
                        return t.mustBe(3, sum);
                    }
                });
            }),
            scenario("labels, breaks, switches", t -> {
                Door door = new Door(t);
                t.task(() -> {
                    int rounds = 0;
                    out:
                    while (true) {
                        try (var opened = door.open()) {
                            switch (await(t.value(t.random(3)))) {
                                case 0 -> {
                                    break out;
                                }
                                case 1 -> {
                                    continue;
                                }
                                default -> rounds += await(t.flaky(1));
                            }
                        }
                        if (rounds == 3) {
                            break;
                        }
                    }
                    return rounds;
                });
            }),
            scenario("calls", t -> {
                Door door = new Door(t);
                t.task(() -> t.mustBe(6, await(down(t, door, 3))));
            }),
            scenario("blocks in blocks", t -> {
                Door door = new Door(t);
                t.task(() -> {
                    Future<Integer> one = nested(t, door);
                    Future<Integer> two = nested(t, door);
                    return t.mustBe(2, await(Futures.join(one, two, Integer::sum)));
                });
            }),
            scenario("each", t -> {
                Door door = new Door(t);
                t.task(() -> {
                    int sum = 0;
                    try (var opened = door.open()) {
                        for (int item : each(AsyncStreams.of(1, 2, 3).then(t::tidy))) {
                            sum += item + await(t.flaky(0));
                        }
                    }
                    return t.mustBe(6, sum);
                });
            }),
            scenario("generators", t -> {
                Door door = new Door(t);
                t.task(Async.<Integer>stream(out -> {
                            try (var opened = door.open()) {
                                for (int i = 0; i < 4; i++) {
                                    out.emit(await(t.tidy(i)));
                                }
                            } finally {
                                await(t.value(0));
                            }
                        })
                        .take(2)
                        .toList()
                        .map(items -> t.mustBe(List.of(0, 1), items)));
            }));

    static final Named<Scenario> CANARY = scenario("a block without finally", t -> {
        Door door = new Door(t);
        t.task(() -> {
            door.open();
            await(t.value(1));
            door.close();
            return null;
        });
    });

    private static Future<Integer> down(Trial t, Door door, int depth) {
        return async(() -> {
            try (var opened = door.open()) {
                return depth == 0 ? 0 : await(t.flaky(depth)) + await(down(t, door, depth - 1));
            }
        });
    }

    private static Future<Integer> nested(Trial t, Door door) {
        return async(() -> {
            try (var opened = door.open()) {
                return await(t.tidy(1));
            } finally {
                await(t.value(0));
            }
        });
    }

    /** Has to be closed as often as it was opened. */
    private static final class Door implements AutoCloseable {

        private int open;

        Door(Trial t) {
            t.atEnd(() -> t.mustBe(0, open));
        }

        Door open() {
            open++;
            return this;
        }

        @Override
        public void close() {
            open--;
        }
    }
}
