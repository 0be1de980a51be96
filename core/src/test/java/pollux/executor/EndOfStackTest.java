package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.EndOfStack;
import pollux.future.Futures;

/** What a pool tells of itself where the stack ends: its queues and its list of tasks can be used afterwards. */
@Timeout(120)
class EndOfStackTest {

    private static final int ROUNDS = 50;

    private static Task<?> task() {
        return new Task<>(new NoHost(), Futures.pending());
    }

    /** Has no queue. */
    private static final class NoHost extends TaskHost {

        @Override
        void enqueue(Task<?> task) {}

        @Override
        void run(Task<?> task) {}

        @Override
        void failedUnobserved(Task<?> task, Throwable failure) {}
    }

    @Test
    void aCountedStripeIsFree() throws InterruptedException {
        InjectQueue queue = new InjectQueue(1);
        Task<?> task = task();
        queue.add(task);
        assertThat(queue.size()).isEqualTo(1);
        int ends = EndOfStack.reach(ROUNDS, queue::size);
        assertThat(ends).isGreaterThanOrEqualTo(ROUNDS);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.take(0)).isSameAs(task);
    }

    @Test
    void aListThatWasVisitedIsWhole() throws InterruptedException {
        OwnedTasksShard list = new OwnedTasksShard((char) 1);
        List<Task<?>> kept = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            kept.add(0, task());
            list.keep(kept.get(0));
        }
        Consumer<Task<?>> visitor = task -> {};
        list.forEach(visitor);
        int ends = EndOfStack.reach(ROUNDS, () -> list.forEach(visitor));
        assertThat(ends).isGreaterThanOrEqualTo(ROUNDS);
        List<Task<?>> seen = new ArrayList<>();
        list.forEach(seen::add); // waits for ever if it was left taken
        assertThat(seen).isEqualTo(kept);
    }
}
