package pollux.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue with the links inside its elements. */
@Timeout(value = 120)
class MpscQueueTest {

    @Test
    void firstInIsFirstOut() {
        MpscQueue<Node> queue = new MpscQueue<>();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
        for (int i = 0; i < 5; i++) {
            queue.add(new Node(0, i));
            assertThat(queue.isEmpty()).isFalse();
        }
        for (int i = 0; i < 5; i++) {
            assertThat(queue.poll().number).isEqualTo(i);
        }
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void elementMayBeAddedAgainOnceItIsOut() {
        MpscQueue<Node> queue = new MpscQueue<>();
        Node node = new Node(0, 0);
        Node other = new Node(0, 1);
        for (int round = 0; round < 100; round++) {
            queue.add(node);
            if (round % 3 == 0) {
                queue.add(other);
            }
            assertThat(queue.poll()).isSameAs(node);
            if (round % 3 == 0) {
                assertThat(queue.poll()).isSameAs(other);
            }
            assertThat(queue.poll()).isNull();
        }
    }

    @Test
    void takenElementKeepsNoOtherAlive() {
        MpscQueue<Node> queue = new MpscQueue<>();
        Node first = new Node(0, 0);
        queue.add(first);
        queue.add(new Node(0, 1));
        queue.poll();
        assertThat(first.next).isNull();
    }

    @Test
    void producersLoseNothingAndKeepTheirOrder() throws Exception {
        MpscQueue<Node> queue = new MpscQueue<>();
        assertThat(faults(queue::add, queue::poll, 3, 100_000)).isZero();
    }

    /** The canary of the test above: a queue that links before it knows whom to. */
    @Test
    void canaryUnsynchronisedQueueIsCaught() throws Exception {
        int wrong = 0;
        for (int attempt = 0; wrong == 0 && attempt < 50; attempt++) {
            List<Node> racy = new ArrayList<>(400_000);
            int[] taken = {0};
            wrong = faults(
                    racy::add,
                    () -> {
                        try {
                            return taken[0] < racy.size() ? racy.get(taken[0]++) : null;
                        } catch (RuntimeException broken) {
                            return null;
                        }
                    },
                    3,
                    30_000);
        }
        assertThat(wrong).isPositive();
    }

    /**
     * Counts elements that are missing, doubled or out of the order of their producer; gives up when nothing comes any
     * more.
     */
    private static int faults(Consumer<Node> add, Supplier<@Nullable Node> poll, int producers, int each)
            throws Exception {
        CyclicBarrier start = new CyclicBarrier(producers + 1);
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            Thread thread = new Thread(() -> {
                await(start);
                for (int i = 0; i < each; i++) {
                    try {
                        add.accept(new Node(producer, i));
                    } catch (RuntimeException broken) {
                        // the canary's own
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        await(start);
        int[] next = new int[producers];
        int faults = 0;
        int taken = 0;
        while (taken < producers * each) {
            boolean producing = threads.stream().anyMatch(Thread::isAlive);
            Node node = poll.get();
            if (node != null) {
                taken++;
                faults += node.number == next[node.producer] ? 0 : 1;
                next[node.producer] = node.number + 1;
            } else if (!producing) {
                break;
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return faults + producers * each - taken;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static final class Node extends QueueNode {
        final int producer;
        final int number;

        Node(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }
    }
}
