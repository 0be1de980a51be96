package pollux.internal.thread;

/**
 * A thread of Pollux that wakes others and runs no code of users: the one of the fallback timers, the one that drives
 * sockets. Known by its class, without a thread-local.
 */
public final class ServiceThread extends Thread {

    ServiceThread(Runnable body, String name) {
        super(null, body, name, 0, false); // inherits no thread-locals
    }
}
