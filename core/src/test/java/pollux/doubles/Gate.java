package pollux.doubles;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Waker;

/** A future that is pending until it is opened, from any thread; counts what is done to it. */
public final class Gate extends RawFuture<Void> {

    public volatile int polls;
    public volatile int cancels;
    public volatile @Nullable Waker waker;
    private volatile boolean open;

    /** Opens it without a wake. */
    public void leaveOpen() {
        open = true;
    }

    public void open() {
        open = true;
        Waker waiting = waker;
        if (waiting != null) {
            waiting.wake();
        }
    }

    public boolean isOpen() {
        return open;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // polled by one thread at a time
    public @Nullable Object pollRaw(Context cx) {
        polls = polls + 1;
        waker = cx.waker();
        return open ? null : PENDING;
    }

    @Override
    public boolean cancel() {
        cancels = cancels + 1;
        return true;
    }
}
