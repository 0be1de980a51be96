package pollux.future;

/** The waker that wakes nobody. */
enum NoopWaker implements Waker {
    INSTANCE;

    @Override
    public void wake() {
        // nobody waits
    }

    @Override
    public String toString() {
        return "Waker.noop()";
    }
}
