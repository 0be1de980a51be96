package pollux.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import pollux.executor.Driver;
import pollux.executor.DriverSlot;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Failures;

/** Waits for sockets with the selector of the platform, which is epoll on Linux. */
final class SelectorDriver implements Driver {

    /*
     * Other threads register channels, change the interest of keys, and cancel keys by closing. The selector takes all
     * that in at the start of its next selection. So a thread that changes something wakes the selector, but only if a
     * thread is inside:
     *
     *     other:  change, then read `inside`          driver:  inside = true, then take the changes in, then wait
     *
     * Reports are collected while the selector holds its locks, and passed on after it has let go of them.
     */

    /** How long a selector that fails is left alone, so that the failure does not keep a core busy. */
    private static final long PAUSE_NANOS = 100_000_000;

    private final Selector selector;
    private final Consumer<SelectionKey> collect = this::collect;
    private Direction[] found = new Direction[64];
    private int count;
    private volatile boolean inside;
    private volatile boolean closed;

    private SelectorDriver(Selector selector) {
        this.selector = selector;
    }

    static SelectorDriver open() {
        try {
            return new SelectorDriver(Selector.open());
        } catch (IOException e) {
            throw new UncheckedIOException("no selector can be opened, so sockets cannot be waited for", e);
        }
    }

    /** Puts a socket under the driver of the pool that polls, or under the fallback of tasks that have none. */
    static void register(Socket socket, Context cx) throws IOException {
        Spawner around = cx.get(Spawner.KEY);
        DriverSlot seat = around == null ? null : around.driverSlot();
        try {
            if (seat != null && seat.driver(SelectorDriver::open) instanceof SelectorDriver driver) {
                driver.register(socket);
            } else {
                DriverThread.SHARED.register(socket);
            }
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    void register(Socket socket) throws IOException {
        synchronized (this) { // a channel that gets its key while the selector closes would keep its descriptor
            if (closed) {
                throw refusal();
            }
            socket.register(this, selector);
        }
    }

    private static RejectedExecutionException refusal() {
        return new RejectedExecutionException(
                "the pool is closed, no worker would wait for this socket; open sockets within the "
                        + "lifetime of the pool");
    }

    /** Has changes that this thread has made taken in soon. */
    void flush() {
        if (inside) {
            selector.wakeup();
        }
    }

    boolean isIdle() {
        return selector.keys().isEmpty();
    }

    // ------------------------------------------------------------------ the thread that drives

    @Override
    public void await(long nanos) {
        try {
            if (nanos <= 0) {
                selector.selectNow(collect);
            } else {
                inside = true;
                selector.select(collect, millis(nanos));
            }
        } catch (ClosedSelectorException e) {
            // the driving thread finds out by itself
        } catch (Throwable failure) {
            Failures.report("waiting for sockets failed", failure);
            LockSupport.parkNanos(this, Math.min(nanos, PAUSE_NANOS));
        } finally {
            inside = false;
        }
    }

    /** A part of a millisecond counts as a whole one; 0 is for ever. */
    private static long millis(long nanos) {
        return nanos == Long.MAX_VALUE ? 0 : (nanos - 1) / 1_000_000 + 1;
    }

    private void collect(SelectionKey key) {
        Socket socket = (Socket) key.attachment();
        try {
            add(socket.reading, key);
            add(socket.writing, key);
        } catch (CancelledKeyException e) {
            // the closing thread has woken the waiting tasks
        }
    }

    private void add(Direction direction, SelectionKey key) {
        if (direction.reported(key, inside)) {
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count);
            }
            found[count++] = direction;
        }
    }

    @Override
    public int dispatch() {
        int woken = count;
        for (int i = 0; i < woken; i++) {
            try {
                found[i].wake();
            } catch (Throwable failure) {
                Failures.report("a waker threw, woken by a socket", failure);
            }
        }
        Arrays.fill(found, 0, woken, null);
        count = 0;
        return woken;
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    /** Closes all sockets: no thread would wait for them any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true; // from here on no key is added
        }
        try {
            for (SelectionKey key : List.copyOf(selector.keys())) {
                ((Socket) key.attachment()).lose();
            }
            selector.close();
        } catch (IOException failure) {
            Failures.report("closing the selector failed", failure);
        }
    }

    @Override
    public String toString() {
        return "SelectorDriver[" + (closed ? "closed" : selector.keys().size() + " sockets") + "]";
    }
}
