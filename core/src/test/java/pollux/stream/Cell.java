package pollux.stream;

import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.future.Waker;

/** A future whose outcome the test decides; its clean-up is suspended if told so, until the test decides again. */
final class Cell<T> extends RawFuture<T> {

    private Object answer = PENDING;
    private Throwable failure;
    private Waker waker = Waker.noop();
    private boolean suspended;
    int polls;
    int cancels;

    Cell<T> withSuspendedCleanUp() {
        suspended = true;
        return this;
    }

    void complete(T value) {
        answer = value;
        waker.wake();
    }

    void fail(Throwable with) {
        failure = with;
        waker.wake();
    }

    @Override
    public Object pollRaw(Context cx) {
        polls++;
        waker = cx.waker();
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return answer;
    }

    @Override
    public boolean cancel() {
        cancels++;
        return !suspended;
    }
}
