package pollux.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/**
 * One operation on an {@link AsyncFile}: waits for a call that an operation before it has left running, then makes its
 * own. It has the file for itself from its first poll to its end.
 *
 * @param <C> what the call returns
 * @param <T> what this ends with
 */
abstract class FileOperation<C extends @Nullable Object, T extends @Nullable Object> extends RawFuture<T> {

    final AsyncFile file;
    private final String name;
    private @Nullable BlockingStep<C> step;
    private boolean claimed;
    private boolean ended;

    FileOperation(AsyncFile file, String name) {
        this.file = file;
        this.name = name;
    }

    /** Tells whether there is no byte to move, so that 0 is the result. */
    boolean isEmpty() {
        return false;
    }

    /** Returns the call, at the position where the file is now. */
    abstract BlockingStep<C> begin();

    /** Takes what the call has returned: moves all positions, then returns or throws what this ends with. */
    @Nullable
    abstract T took(C returned) throws IOException;

    /** The outcome of the call goes to the file: moves the positions to where it ends. */
    void handedOver() {}

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the step returned it, so it is a C
    public final @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        ended = true; // stays so if something throws
        try {
            BlockingStep<C> running = step;
            if (running == null) {
                if (!claimed) {
                    file.claim(this);
                    claimed = true;
                }
                if (!file.isFree(cx)) {
                    ended = false;
                    return PENDING;
                }
                if (isEmpty()) {
                    return 0;
                }
                running = begin();
                step = running;
            }
            Object answer = running.pollRaw(cx);
            if (answer == PENDING) {
                ended = false;
                return PENDING;
            }
            return took((C) answer);
        } catch (IOException failure) {
            throw Failures.rethrow(failure);
        } finally {
            if (ended) {
                over();
            }
        }
    }

    @Override
    public final boolean cancel() {
        if (ended) {
            return true;
        }
        ended = true;
        if (step != null) {
            step.cancel();
        }
        over();
        return true;
    }

    private void over() {
        if (!claimed) {
            return;
        }
        if (step != null && step.isReleased()) {
            handedOver();
            file.leave(step);
        }
        file.release();
    }

    @Override
    public final String toString() {
        return name;
    }
}
