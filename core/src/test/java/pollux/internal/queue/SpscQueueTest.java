package pollux.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SpscQueueTest {

    static Stream<SpscQueue<Integer>> queues() {
        return Stream.of(
                new SpscRing<>(1), new SpscRing<>(2), new SpscRing<>(7), new SpscRing<>(256), new SpscChain<>());
    }

    @ParameterizedTest
    @MethodSource("queues")
    void keepsTheOrderThroughManyRounds(SpscQueue<Integer> queue) {
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
        for (int i = 0; i < 1_000; i++) {
            assertThat(queue.offer(i)).isTrue();
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.poll()).isEqualTo(i);
            assertThat(queue.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "5, 8", "256, 256", "257, 512"})
    void theRingIsFullAtItsCapacity(int asked, int capacity) {
        SpscRing<Integer> ring = new SpscRing<>(asked);
        assertThat(ring.capacity()).isEqualTo(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(ring.offer(i)).isTrue();
        }
        assertThat(ring.offer(-1)).isFalse();
        assertThat(ring.poll()).isZero();
        assertThat(ring.offer(capacity)).isTrue();
        for (int i = 1; i <= capacity; i++) {
            assertThat(ring.poll()).isEqualTo(i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MAX_VALUE})
    void anImpossibleCapacityIsRefused(int capacity) {
        assertThatThrownBy(() -> new SpscRing<>(capacity)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theChainHoldsWhatIsPutIn() {
        SpscChain<Integer> chain = new SpscChain<>();
        for (int i = 0; i < 100_000; i++) {
            assertThat(chain.offer(i)).isTrue();
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(chain.poll()).isEqualTo(i);
        }
        assertThat(chain.poll()).isNull();
    }

    @ParameterizedTest
    @MethodSource("queues")
    void nothingIsLostOrTurnedAroundBetweenTwoThreads(SpscQueue<Integer> queue) throws Exception {
        int count = 100_000;
        Thread producer = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                while (!queue.offer(i)) {
                    Thread.yield();
                }
            }
        });
        producer.start();
        for (int i = 0; i < count; i++) {
            Integer element = queue.poll();
            while (element == null) {
                Thread.yield();
                element = queue.poll();
            }
            if (element != i) {
                throw new AssertionError("expected " + i + ", got " + element);
            }
        }
        producer.join();
        assertThat(queue.isEmpty()).isTrue();
    }
}
