package pollux.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ring of a worker: its order, its overflow, and its thieves. Numbers: docs/behaviours.md. */
@Timeout(value = 120)
class StealQueueTest {

    private final List<Integer> spilled = new ArrayList<>();
    private final StealQueue<Integer> queue = new StealQueue<>(spilled::add);
    private final StealQueue<Integer> thief = new StealQueue<>(element -> {
        throw new AssertionError("a thief never overflows");
    });

    /** Behaviour 37, first half. */
    @Test
    void fullRingIsFirstInFirstOut() {
        push(0, 256);
        assertThat(popAll(queue)).isEqualTo(range(0, 256));
        assertThat(spilled).isEmpty();
        assertThat(queue.pop()).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    /** Behaviour 37, second half. */
    @Test
    void oneTooManySpillsTheYoungerHalfAndItself() {
        push(0, 257);
        assertThat(spilled).isEqualTo(range(128, 257));
        assertThat(popAll(queue)).isEqualTo(range(0, 128));
    }

    @Test
    void ringGoesOnAfterAnOverflowAndRoundItsEnd() {
        for (int round = 0; round < 1000; round++) {
            spilled.clear();
            push(0, 300);
            List<Integer> all = new ArrayList<>(popAll(queue));
            all.addAll(spilled);
            assertThat(all).hasSize(300).doesNotHaveDuplicates();
        }
    }

    @Test
    void ringCanBeStolenFromAfterAnOverflow() {
        push(0, 257);
        assertThat(queue.stealInto(thief)).isEqualTo(63);
        assertThat(queue.size()).isEqualTo(64);
    }

    @Test
    void countsWhatThereIsToTake() {
        push(0, 1);
        assertThat(queue.hasSeveral()).isFalse();
        assertThat(queue.isEmpty()).isFalse();
        push(1, 3);
        assertThat(queue.hasSeveral()).isTrue();
        assertThat(queue.size()).isEqualTo(3);
    }

    @Test
    void fullRingRefusesAnOffer() {
        for (int i = 0; i < StealQueue.CAPACITY; i++) {
            assertThat(queue.offer(i)).isTrue();
        }
        assertThat(queue.offer(256)).isFalse();
        assertThat(queue.size()).isEqualTo(StealQueue.CAPACITY);
        assertThat(queue.pop()).isZero();
        assertThat(queue.offer(256)).isTrue();
        assertThat(popAll(queue)).isEqualTo(range(1, 257));
    }

    @Test
    void whatWasAddedBeforeAMomentIsToldFromTheRest() {
        push(0, 250); // so that the positions go round the end of the ring below
        popAll(queue);
        push(0, 4);
        int moment = queue.end();
        push(4, 20);
        assertThat(queue.isTakenBefore(moment)).isFalse();
        for (int i = 0; i < 4; i++) {
            assertThat(queue.isTakenBefore(moment)).isFalse();
            assertThat(queue.popBefore(moment)).isEqualTo(i);
        }
        assertThat(queue.isTakenBefore(moment)).isTrue();
        assertThat(queue.popBefore(moment)).isNull();
        assertThat(queue.size()).isEqualTo(16);
        int later = queue.end();
        queue.stealInto(thief); // takes the first half
        assertThat(queue.isTakenBefore(later)).isFalse();
        assertThat(queue.popBefore(later)).isEqualTo(12);
        assertThat(queue.popBefore(moment)).isNull();
    }

    @Test
    void thiefTakesHalfRoundedUpAndRunsTheLastOfIt() {
        push(0, 5);
        assertThat(queue.stealInto(thief)).isEqualTo(2);
        assertThat(popAll(thief)).isEqualTo(range(0, 2));
        assertThat(popAll(queue)).isEqualTo(range(3, 5));
    }

    @Test
    void lastElementCanBeStolen() {
        push(0, 1);
        assertThat(queue.stealInto(thief)).isZero();
        assertThat(thief.isEmpty()).isTrue();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.stealInto(thief)).isNull();
    }

    @Test
    void thiefWithMoreThanHalfARingTakesNothing() {
        for (int i = 0; i < 129; i++) {
            thief.push(i);
        }
        push(0, 10);
        assertThat(queue.stealInto(thief)).isNull();
        thief.pop();
        assertThat(queue.stealInto(thief)).isNotNull();
    }

    @Test
    void batchRoomIsWhatIsLeftOfTheOlderHalf() {
        assertThat(queue.batchRoom()).isEqualTo(128);
        push(0, 100);
        assertThat(queue.batchRoom()).isEqualTo(28);
        push(0, 100);
        assertThat(queue.batchRoom()).isZero();
    }

    /** Behaviour 39: everything that was pushed is taken once, by the owner, by a thief, or from the overflow. */
    @Test
    void ownerAndThievesTakeEverythingOnce() throws Exception {
        assertThat(lostOrDoubled(new Ring(), 150_000, 2)).isZero();
    }

    /** The canary of the test above: a ring whose thieves do not claim what they take. */
    @Test
    void canaryRingWithoutClaimsIsCaught() throws Exception {
        int wrong = 0;
        for (int attempt = 0; wrong == 0 && attempt < 50; attempt++) {
            wrong = lostOrDoubled(new Unclaimed(), 50_000, 2);
        }
        assertThat(wrong).isPositive();
    }

    /** A queue under the stress test. */
    private interface Subject {
        void push(Integer element);

        @Nullable
        Integer pop();

        /** On a thief's thread: takes some, or nothing. */
        List<Integer> steal();

        List<Integer> overflow();
    }

    private static final class Ring implements Subject {
        private final List<Integer> spilled = new ArrayList<>();
        private final StealQueue<Integer> ring = new StealQueue<>(spilled::add);

        @Override
        public void push(Integer element) {
            ring.push(element);
        }

        @Override
        public @Nullable Integer pop() {
            return ring.pop();
        }

        @Override
        public List<Integer> steal() {
            Consumer<Integer> never = element -> {
                throw new AssertionError("a thief never overflows");
            };
            StealQueue<Integer> own = new StealQueue<>(never);
            Integer last = ring.stealInto(own);
            if (last == null) {
                return List.of();
            }
            List<Integer> taken = new ArrayList<>(popAll(own));
            taken.add(last);
            return taken;
        }

        @Override
        public List<Integer> overflow() {
            return spilled;
        }
    }

    /** Reads, then writes: two threads can take the same element. */
    private static final class Unclaimed implements Subject {
        private final Integer[] slots = new Integer[1 << 20];
        private volatile int head;
        private volatile int tail;

        @Override
        public void push(Integer element) {
            slots[tail] = element;
            tail = tail + 1;
        }

        @Override
        public @Nullable Integer pop() {
            int first = head;
            if (first == tail) {
                return null;
            }
            head = first + 1;
            return slots[first];
        }

        @Override
        public List<Integer> steal() {
            Integer one = pop();
            return one == null ? List.of() : List.of(one);
        }

        @Override
        public List<Integer> overflow() {
            return List.of();
        }
    }

    private static int lostOrDoubled(Subject subject, int elements, int thieves) throws Exception {
        List<List<Integer>> taken = new ArrayList<>();
        CyclicBarrier start = new CyclicBarrier(thieves + 1);
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < thieves; t++) {
            List<Integer> own = new ArrayList<>();
            taken.add(own);
            Thread thread = new Thread(() -> {
                await(start);
                while (!done.get()) {
                    own.addAll(subject.steal());
                }
            });
            thread.start();
            threads.add(thread);
        }
        List<Integer> popped = new ArrayList<>();
        taken.add(popped);
        await(start);
        for (int i = 0; i < elements; i++) {
            subject.push(i);
            if (i % 3 == 0) {
                Integer first = subject.pop();
                if (first != null) {
                    popped.add(first);
                }
            }
        }
        for (Integer rest = subject.pop(); rest != null; rest = subject.pop()) {
            popped.add(rest);
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        for (Integer rest = subject.pop(); rest != null; rest = subject.pop()) {
            popped.add(rest);
        }
        taken.add(subject.overflow());
        BitSet seen = new BitSet(elements);
        int doubled = 0;
        for (List<Integer> some : taken) {
            for (Integer element : some) {
                if (element == null || seen.get(element)) {
                    doubled++;
                } else {
                    seen.set(element);
                }
            }
        }
        return doubled + elements - seen.cardinality();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void push(int from, int to) {
        for (int i = from; i < to; i++) {
            queue.push(i);
        }
    }

    private static List<Integer> popAll(StealQueue<Integer> from) {
        ArrayDeque<Integer> all = new ArrayDeque<>();
        for (Integer first = from.pop(); first != null; first = from.pop()) {
            all.add(first);
        }
        return List.copyOf(all);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
