package pollux.executor;

/**
 * The thread of a worker, unless the user's own factory makes the threads: known by its class, without a thread-local.
 */
final class PoolThread extends Thread {

    final Trampoline polling = new Trampoline();
    final Runnable worker;

    /** What a worker is to the code that it polls. */
    interface Polling {

        /** Tells whether it is in a poll, so that code of users may run. */
        boolean isPolling();
    }

    PoolThread(Runnable worker, String name) {
        // inherits no thread-locals of the thread that builds the pool
        super(null, worker, name, 0, false);
        this.worker = worker;
        setContextClassLoader(PoolThread.class.getClassLoader());
    }

    boolean isPolling() {
        return !(worker instanceof Polling polling) || polling.isPolling();
    }
}
