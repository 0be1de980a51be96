package pollux.io;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** Hop 10 of a socket: one operation in one direction, tried, and tried again when the driver says so. */
abstract class SocketFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    final Socket socket;
    private final Direction direction;
    private final int op;
    private boolean ended;

    /**
     * Makes an operation.
     *
     * @param direction the one it needs for itself
     * @param op what to wait for
     */
    SocketFuture(Socket socket, Direction direction, int op) {
        this.socket = socket;
        this.direction = direction;
        this.op = op;
    }

    /** Does what can be done without waiting: returns the value, or PENDING, after {@link #exhausted}. */
    @Nullable
    abstract Object attempt(Context cx) throws IOException;

    /** Notes that the next attempt would find nothing before the driver reports. */
    final void exhausted() {
        direction.exhausted();
    }

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        ended = true; // stays so if something throws
        direction.claim(this);
        try {
            do {
                while (direction.isReady()) {
                    Object answer = attempt(cx);
                    if (answer != PENDING) {
                        direction.release(this);
                        cx.spend();
                        return answer;
                    }
                }
            } while (!direction.await(cx.waker(), op));
            ended = false;
            return PENDING;
        } catch (ClosedChannelException e) {
            direction.release(this);
            throw Failures.rethrow(socket.closedFailure(e));
        } catch (Throwable failure) {
            direction.release(this);
            throw Failures.rethrow(failure);
        }
    }

    /** Says which socket it is, with its addresses. */
    @Override
    public void describe(AwaitTree sketch) {
        sketch.name(toString()).detail("of " + socket).wokenBy();
    }

    @Override
    public boolean cancel() {
        ended = true;
        direction.release(this);
        return true;
    }
}
