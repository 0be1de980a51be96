package pollux.future;

/** The waker that does nothing. */
enum NoopWaker implements Waker {
    INSTANCE;

    @Override
    public void wake() {
        // no task waits
    }

    @Override
    public String toString() {
        return "Waker.noop()";
    }
}
