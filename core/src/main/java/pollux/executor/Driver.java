package pollux.executor;

/**
 * What the idle thread of a pool waits in instead of merely parking: the operating system's word that sockets are
 * ready.
 *
 * <p>A pool has at most one, made on first use, see {@link DriverSlot}. Whichever worker has nothing to do sits down in
 * it; the others park. A worker that is busy asks it now and then without waiting. {@code pollux.io} brings the one
 * that drives sockets; who writes another one implements this.
 *
 * <p>{@link #await} and {@link #dispatch} are called in turn, by one thread at a time, each of which sees what the one
 * before wrote. The other two may be called from any thread at any time. None of them throws.
 */
public interface Driver {

    /**
     * Waits until something is ready, {@link #wakeUp} is called, the thread is interrupted, or the time is over; keeps
     * what is ready for {@link #dispatch}. May return early.
     *
     * @param nanos how long at most; 0 to look only, {@link Long#MAX_VALUE} for no limit
     */
    void await(long nanos);

    /**
     * Wakes the wakers of everything that {@link #await} has found, and forgets it. Holds no lock meanwhile.
     *
     * @return how many were woken
     */
    int dispatch();

    /** Makes the running {@link #await} return, or the next one if none is running. Never blocks. */
    void wakeUp();

    /** Releases everything; called once, when no thread waits in it or will wait in it. */
    void close();
}
