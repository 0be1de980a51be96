package pollux.future;

/** stub, replaced at once. */
public final class Shared<T> {
    Shared(Future<T> source) {
        this.source = source;
    }

    private final Future<T> source;

    /** stub. @return x */
    public Future<T> future() {
        return source;
    }
}
