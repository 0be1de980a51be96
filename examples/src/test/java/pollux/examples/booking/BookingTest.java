package pollux.examples.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static pollux.async.Async.await;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.time.Timers.sleep;

import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import pollux.testing.AsyncTest;
import pollux.testing.Faults;
import pollux.testing.ReactorSchedulers;
import pollux.testing.RxJavaSchedulers;
import pollux.testing.Scenario;
import pollux.testing.Seeds;
import pollux.testing.Simulation;
import pollux.testing.SimulationFailure;
import pollux.testing.World;
import reactor.core.publisher.Mono;

/** A lost update that shows only under retry: found, replayed, mended. */
class BookingTest {

    @AsyncTest
    @Seeds(1_000)
    void seatsAreSoldOnce(World world) {
        sell(world, Booking::careful);
    }

    @Test
    void theFirstVersionSellsASeatTwice() {
        Scenario scenario = world -> {
            sell(world, Booking::hasty);
            return null;
        };
        SimulationFailure found =
                catchThrowableOfType(SimulationFailure.class, () -> Simulation.explore(1_000, scenario));
        assertThat(found.seed()).isPositive();
        assertThatThrownBy(() -> Simulation.replay(found.schedule(), Faults.NONE, scenario))
                .isInstanceOf(SimulationFailure.class);
    }

    private static void sell(World world, Function<Booking, Mono<Void>> book) {
        world.admit(new ReactorSchedulers());
        world.admit(new RxJavaSchedulers());
        Seats seats = new Seats(3);
        Booking booking = new Booking(seats, new Bank(world::random));
        for (int i = 0; i < 3; i++) {
            int at = 20 * i;
            world.run(() -> {
                await(sleep(Duration.ofMillis(at)));
                return await(book.apply(booking));
            });
        }
        world.atEnd(() -> assertThat(seats.left()).isZero());
    }
}
