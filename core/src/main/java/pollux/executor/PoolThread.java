package pollux.executor;

/**
 * The thread of a worker, unless the user's own factory makes the threads: known by its class, without a thread-local.
 */
final class PoolThread extends Thread {

    final Trampoline polling = new Trampoline();
    final Runnable worker;

    PoolThread(Runnable worker, String name) {
        // inherits no thread-locals of the thread that builds the pool
        super(null, worker, name, 0, false);
        this.worker = worker;
        setContextClassLoader(PoolThread.class.getClassLoader());
    }
}
