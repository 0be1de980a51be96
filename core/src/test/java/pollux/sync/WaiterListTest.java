package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.executor.Reports;

@Timeout(120)
class WaiterListTest {

    private final Object lock = new Object();
    private final WaiterList<Waiter> list = new WaiterList<>();
    private final List<Integer> woken = new ArrayList<>();

    private Waiter waiter(int number) {
        Waiter waiter = new Waiter();
        waiter.waker = () -> {
            assertThat(Thread.holdsLock(lock)).as("woken under the lock").isFalse();
            woken.add(number);
        };
        return waiter;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 31, 32, 33, 64, 1000})
    void wakesAllInTheOrderOfArrival(int size) {
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(waiter(i));
            expected.add(i);
        }
        assertThat(list.size()).isEqualTo(size);
        list.wakeUpTo(list.lastPosition(), lock);
        assertThat(woken).isEqualTo(expected);
        assertThat(list.isEmpty()).isTrue();
        assertThat(list.size()).isZero();
    }

    @Test
    void whoComesWhileAllAreWokenStays() {
        for (int i = 0; i < 40; i++) {
            Waiter again = new Waiter();
            again.waker = () -> list.add(waiter(-1));
            list.add(again);
        }
        list.wakeUpTo(list.lastPosition(), lock);
        assertThat(list.size()).isEqualTo(40);
        assertThat(woken).isEmpty();
    }

    @Test
    void aThrowingWakerDoesNotKeepTheOthersFromBeingWoken() {
        Waiter broken = new Waiter();
        IllegalStateException thrown =
                new IllegalStateException("a waker that breaks its contract, as this test wants it");
        broken.waker = () -> {
            throw thrown;
        };
        list.add(waiter(1));
        list.add(broken);
        list.add(waiter(2));
        list.wakeUpTo(list.lastPosition(), lock);
        assertThat(woken).containsExactly(1, 2);
        assertThat(Reports.of(thrown)).isOne();
    }

    @Test
    void behavesAsAListUnderRandomJoiningAndLeaving() {
        Random random = new Random(42);
        List<Waiter> model = new ArrayList<>();
        for (int step = 0; step < 10_000; step++) {
            int what = random.nextInt(4);
            if (what < 2) {
                Waiter waiter = new Waiter();
                list.add(waiter);
                model.add(waiter);
            } else if (what == 2 && !model.isEmpty()) {
                Waiter leaving = model.remove(random.nextInt(model.size()));
                assertThat(list.remove(leaving)).isTrue();
                assertThat(list.remove(leaving)).isFalse();
            } else {
                assertThat(list.removeFirst()).isSameAs(model.isEmpty() ? null : model.remove(0));
            }
            assertThat(list.size()).isEqualTo(model.size());
            assertThat(list.first()).isSameAs(model.isEmpty() ? null : model.get(0));
        }
    }
}
