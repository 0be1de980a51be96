package pollux.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.Garbage;

/** The queue whose elements lie in a chain of arrays. */
@Timeout(value = 120)
class MpscChainTest {

    private final MpscChain<Object> queue = new MpscChain<>();

    @Test
    void firstInIsFirstOutAcrossManyLinks() {
        int taken = 0;
        for (int added = 0; added < 10_000; added++) {
            queue.add(added);
            if (added % 3 != 0) {
                assertThat(queue.poll()).isEqualTo(taken++);
            }
        }
        for (; taken < 10_000; taken++) {
            assertThat(queue.poll()).isEqualTo(taken);
        }
        assertThat(queue.poll()).isNull();
    }

    @Test
    void emptyAtEveryPosition() {
        for (int i = 0; i < 1000; i++) {
            assertThat(queue.poll()).isNull();
            queue.add(i);
            assertThat(queue.poll()).isEqualTo(i);
        }
    }

    @Test
    void takenElementIsNotKept() {
        WeakReference<Object> taken = new WeakReference<>(addAndTake());
        Garbage.awaitCollected(taken);
        assertThat(queue.poll()).isNull();
    }

    private Object addAndTake() {
        queue.add(new Object());
        return queue.poll();
    }

    /** Each producer's elements arrive once and in order, whichever makes the links. */
    @Test
    void manyProducersLoseNothing() throws Exception {
        int producers = 4;
        int each = 200_000;
        CyclicBarrier start = new CyclicBarrier(producers + 1);
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int i = 0; i < each; i++) {
                    queue.add(new int[] {producer, i});
                }
            });
            threads.add(thread);
            thread.start();
        }
        start.await();
        int[] next = new int[producers];
        for (int taken = 0; taken < producers * each; ) {
            int[] element = (int[]) queue.poll();
            if (element == null) {
                Thread.onSpinWait();
                continue;
            }
            assertThat(element[1]).isEqualTo(next[element[0]]);
            next[element[0]]++;
            taken++;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(queue.poll()).isNull();
    }
}
