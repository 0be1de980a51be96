package pollux.future;

import org.jspecify.annotations.Nullable;

/** A future polled by hand: counts polls and wakes, and knows the answer of the last poll. */
final class Driven<T> implements Waker {

    final Future<T> future;
    final Context context = new Context(this, Services.NONE);
    volatile int wakes;

    Driven(Future<T> future) {
        this.future = future;
    }

    @Override
    public synchronized void wake() {
        wakes++;
    }

    Poll<T> poll() {
        context.begin(this, Services.NONE);
        return future.poll(context);
    }

    @Nullable
    T value() {
        return poll().value();
    }

    /** The value of a future that is never pending but for its budget; each such poll has woken. */
    @Nullable
    T valueAfterYields() {
        while (true) {
            int before = wakes;
            Poll<T> answer = poll();
            if (answer.isReady()) {
                return answer.value();
            }
            if (wakes == before) {
                throw new AssertionError("pending without a wake: " + future);
            }
        }
    }

    @Nullable
    Throwable failure() {
        try {
            poll();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }
}
