package pollux.io;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.SufficientStack;
import pollux.internal.thread.DaemonThreads;

/**
 * Drives the sockets of tasks whose threads belong to others: a thread while there is such a socket, and a little
 * longer.
 */
final class DriverThread {

    static final DriverThread SHARED = new DriverThread(Duration.ofSeconds(5));

    /*
     * `lock` is held while a socket is registered, and while the thread decides to end: it does so only having seen,
     * under the lock, that there is no socket. The next registration starts another one. Never held while a waker is
     * called. Tasks register at any depth of their stack, whose end must not come while the lock is held.
     */

    /** For {@link SufficientStack}: what the JDK does to open a selector, to register, to start a thread. */
    static final int LOCKED_FRAMES = 512;

    private final ReentrantLock lock;
    private final long idleNanos;
    private @Nullable SelectorDriver driver;
    private @Nullable Thread thread;

    DriverThread(Duration idle) {
        this(idle, new ReentrantLock());
    }

    /** For tests of the end of the stack, which bring a lock of their own. */
    DriverThread(Duration idle, ReentrantLock lock) {
        this.lock = lock;
        this.idleNanos = idle.toNanos();
    }

    void register(Socket socket) throws IOException {
        SufficientStack.ensure(LOCKED_FRAMES);
        lock.lock();
        try {
            SelectorDriver present = driver;
            if (present == null) {
                present = SelectorDriver.open();
                driver = present;
            }
            present.register(socket);
            if (thread == null) {
                thread = start(present);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the thread that drives now, for tests. */
    @Nullable
    Thread thread() {
        lock.lock();
        try {
            return thread;
        } finally {
            lock.unlock();
        }
    }

    private Thread start(SelectorDriver driven) {
        Thread started = DaemonThreads.serviceThread(() -> drive(driven), "pollux-io");
        started.start();
        return started;
    }

    private void drive(SelectorDriver driven) {
        boolean wasIdle = false;
        while (true) {
            Thread.interrupted(); // an inline task may have left it set, and every wait would be over at once
            driven.await(idleNanos);
            driven.dispatch();
            boolean idle = driven.isIdle();
            if (idle && wasIdle && endIfIdle(driven)) {
                return;
            }
            wasIdle = idle;
        }
    }

    private boolean endIfIdle(SelectorDriver driven) {
        lock.lock();
        try {
            if (!driven.isIdle()) {
                return false;
            }
            driver = null;
            thread = null;
        } finally {
            lock.unlock();
        }
        driven.close();
        return true;
    }
}
