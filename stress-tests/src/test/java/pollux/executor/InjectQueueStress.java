package pollux.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import pollux.future.Futures;
import pollux.internal.queue.MpscQueue;

/**
 * A worker takes while another adds and takes, two actors as on a small machine: each task goes to one of them, or is
 * still there.
 */
public final class InjectQueueStress {

    private InjectQueueStress() {}

    private static Task<Object> task() {
        return new Task<>(NO_HOST, Futures.pending());
    }

    private static int count(Object task, Object... taken) {
        int count = 0;
        for (Object one : taken) {
            count += one == task ? 1 : 0;
        }
        return count;
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each is taken once")
    @Outcome(expect = FORBIDDEN, desc = "a task was lost, or taken twice")
    @State
    public static class Queue {

        private final InjectQueue queue = new InjectQueue(1);
        private final Task<Object> early = task();
        private final Task<Object> late = task();
        private Task<?> one;
        private Task<?> other;

        public Queue() {
            queue.add(early);
        }

        @Actor
        public void worker() {
            queue.add(late);
            one = queue.take(0);
        }

        @Actor
        public void anotherWorker() {
            other = queue.take(0);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            Task<?> left = queue.take(0);
            Task<?> last = queue.take(0);
            r.r1 = count(early, one, other, left, last);
            r.r2 = count(late, one, other, left, last);
        }
    }

    /** Two workers take from a queue that is for one of them at a time. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each is taken once")
    @Outcome(expect = FORBIDDEN, desc = "a task was lost, or taken twice")
    @State
    public static class UnownedCanary {

        private final MpscQueue<Task<?>> queue = new MpscQueue<>();
        private final Task<Object> early = task();
        private final Task<Object> late = task();
        private Task<?> one;
        private Task<?> other;

        public UnownedCanary() {
            queue.add(early);
            queue.add(late);
        }

        @Actor
        public void worker() {
            one = queue.poll();
        }

        @Actor
        public void anotherWorker() {
            other = queue.poll();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            Task<?> left = queue.poll();
            Task<?> last = queue.poll();
            r.r1 = count(early, one, other, left, last);
            r.r2 = count(late, one, other, left, last);
        }
    }

    private static final TaskHost NO_HOST = new TaskHost() {
        @Override
        public void enqueue(Task<?> task) {}

        @Override
        public void run(Task<?> task) {}

        @Override
        public void failedUnobserved(Task<?> task, Throwable failure) {}
    };
}
