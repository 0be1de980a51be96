package pollux.io;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.sync.Promise;

/** A spawner whose blocking calls wait in a queue until the test makes them, on the thread of the test. */
final class QueuedCalls implements Spawner {

    private final ArrayDeque<Runnable> calls = new ArrayDeque<>();
    private final Context cx = new Context(Waker.noop(), Services.NONE);
    Promise<?> last = new Promise<>();
    int wakes;

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
        Promise<T> end = new Promise<>();
        last = end;
        calls.add(() -> {
            try {
                end.complete(call.call());
            } catch (Throwable failure) {
                end.fail(failure);
            }
        });
        return Spawner.inline().spawn(end.future());
    }

    @Override
    public <T> JoinHandle<T> spawn(Future<T> future, Services services) {
        return Spawner.inline().spawn(future, services);
    }

    /** Polls once, as a task of this spawner. */
    Object poll(Future<?> future) {
        cx.begin(() -> wakes++, Services.NONE.with(Spawner.KEY, this));
        return RawFuture.pollAny(future, cx);
    }

    /** Makes all calls that are queued, and those that they queue. */
    void makeCalls() {
        for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
            call.run();
        }
    }

    /** Fails the handle of the last call, as an executor does that refuses the task that waits for it. */
    void refuse(Throwable refusal) {
        last.fail(refusal);
    }

    int queued() {
        return calls.size();
    }

    /** Polls and makes calls until a future has ended. */
    @SuppressWarnings("unchecked")
    <T> T run(Future<T> future) {
        Object answer = poll(future);
        while (answer == RawFuture.PENDING) {
            makeCalls();
            answer = poll(future);
        }
        return (T) answer;
    }
}
