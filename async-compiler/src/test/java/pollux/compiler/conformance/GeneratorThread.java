package pollux.compiler.conformance;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.async.Emitter;
import pollux.async.StreamBlock;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * A generator that is not compiled, and the loop over it: the block has a thread of its own, which runs only while the
 * loop waits for it. So an emission is a call that returns when the loop goes on.
 */
final class GeneratorThread implements Emitter<Integer>, Env.Opened {

    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

    private final Env env;
    private final StreamBlock<Integer> block;
    private final Semaphore blockMayRun = new Semaphore(0);
    private final Semaphore loopMayRun = new Semaphore(0);

    // handed from thread to thread by the semaphores
    private boolean started;
    private boolean ended;
    private boolean leaves;
    private boolean closed;
    private @Nullable Integer item;
    private @Nullable Throwable failure;

    GeneratorThread(Env env, StreamBlock<Integer> block) {
        this.env = env;
        this.block = block;
    }

    // ------------------------------------------------------------------ the block

    private @Nullable Void run() {
        blockMayRun.acquireUninterruptibly();
        try {
            block.run(this);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        ended = true;
        loopMayRun.release();
        return null;
    }

    @Override
    public void emit(Integer value) {
        item = Objects.requireNonNull(value);
        if (closed) {
            return; // it has caught its cancellation, and goes on
        }
        loopMayRun.release();
        blockMayRun.acquireUninterruptibly();
        if (leaves) {
            leaves = false;
            throw new CancellationException();
        }
    }

    @Override
    public Future<Void> emitting(Integer value) {
        throw new AssertionError();
    }

    // ------------------------------------------------------------------ the loop

    private void letBlockRun() {
        if (!started) {
            started = true;
            if (VIRTUAL) {
                RawFuture.pollAny(Async.virtual(this::run), new Context(Waker.noop(), Services.NONE));
            } else {
                new Thread(this::run, "generator").start();
            }
        }
        blockMayRun.release();
        loopMayRun.acquireUninterruptibly();
    }

    @Override
    public Future<Boolean> advance() {
        if (ended) {
            return Futures.ready(false);
        }
        boolean before = env.isCancelled();
        item = null;
        letBlockRun();
        if (before
                != env.isCancelled()) { // in an await of the block: it goes on alone to its end, and the loop is left
            closed = true;
            if (!ended) {
                letBlockRun();
            }
            throw new CancellationException();
        }
        return failure != null ? Futures.failed(failure) : Futures.ready(!ended);
    }

    @Override
    public int next() {
        return Objects.requireNonNull(item);
    }

    /** Cancels the block at its emission, and waits for its end; how it ends is not heard of. */
    @Override
    public void close() {
        if (started && !ended) {
            closed = true;
            leaves = true;
            env.beginCleanUp();
            letBlockRun();
            env.endCleanUp();
        }
    }
}
