package pollux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.rxjava.RxJavaAdapter.await;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.time.Timers;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Reactor and RxJava under the clock and the seed of a simulated world. */
@Timeout(value = 180)
class LibrariesTest {

    @Test
    void timeOfAllThreeLibrariesIsOne() {
        Simulation.explore(50, world -> {
            world.admit(new ReactorSchedulers());
            world.admit(new RxJavaSchedulers());
            List<String> order = new ArrayList<>();
            world.run(async(() -> {
                await(Timers.sleep(Duration.ofSeconds(2)));
                order.add("pollux");
                return null;
            }));
            world.run(async(() -> {
                await(Mono.delay(Duration.ofSeconds(1)));
                order.add("reactor");
                return null;
            }));
            world.run(async(() -> {
                await(Completable.timer(3, TimeUnit.SECONDS));
                order.add("rxjava");
                return null;
            }));
            world.atEnd(() -> assertThat(order).containsExactly("reactor", "pollux", "rxjava"));
            return null;
        });
    }

    @Test
    void retriesWithBackoffTakeNoTime() {
        Simulation.explore(20, world -> {
            world.admit(new ReactorSchedulers());
            AtomicInteger tries = new AtomicInteger();
            Mono<Integer> flaky = Mono.fromCallable(() -> {
                        if (tries.incrementAndGet() < 4) {
                            throw new IllegalStateException("not yet");
                        }
                        return tries.get();
                    })
                    .retryWhen(Retry.backoff(5, Duration.ofMinutes(1)));
            return async(() -> {
                assertThat((int) await(flaky)).isEqualTo(4);
                return null;
            });
        });
    }

    @Test
    void whatRacesInTheLibrariesRacesInTheWorld() {
        Set<List<String>> orders = new HashSet<>();
        Simulation.explore(100, world -> {
            world.admit(new ReactorSchedulers());
            world.admit(new RxJavaSchedulers());
            List<String> order = new ArrayList<>();
            world.run(async(() -> {
                await(Mono.fromRunnable(() -> order.add("reactor")).subscribeOn(Schedulers.parallel()));
                return null;
            }));
            world.run(async(() -> {
                await(Single.fromCallable(() -> order.add("rxjava"))
                        .subscribeOn(io.reactivex.rxjava3.schedulers.Schedulers.computation()));
                return null;
            }));
            world.atEnd(() -> orders.add(order));
            return null;
        });
        assertThat(orders).hasSize(2);
    }

    @Test
    void anErrorThatReactorDropsFailsTheRun() {
        assertThatThrownBy(() -> Simulation.run(1, world -> {
                    world.admit(new ReactorSchedulers());
                    Flux.error(new IllegalStateException("it is not handled")).subscribe();
                    return null;
                }))
                .hasMessageContaining("an error reached no receiver")
                .hasRootCauseMessage("it is not handled");
    }
}
