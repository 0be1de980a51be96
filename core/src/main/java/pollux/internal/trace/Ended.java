package pollux.internal.trace;

/**
 * The exceptions of futures and streams that are polled after their end, with the way out: most often one was awaited
 * twice.
 */
public final class Ended {

    /** What to do instead of awaiting a future twice. */
    public static final String RUNS_ONCE =
            "A future runs once: keep its value in a variable, await parties of its shared() run, or make a new one";

    private static final String STREAM_RUNS_ONCE =
            ". A stream runs once: make a new one for each consumer, or keep its items in a list";

    private Ended() {}

    /**
     * Explains a poll of a future after its end.
     *
     * @param future the future, or its description
     * @return what to throw
     */
    public static IllegalStateException future(Object future) {
        return new IllegalStateException("polled after its end: " + future + ". " + RUNS_ONCE);
    }

    /**
     * Explains a poll of a future after its end, or while a future that was made of it owns it.
     *
     * @param future the future, or its description
     * @return what to throw
     */
    public static IllegalStateException ownedOrOver(Object future) {
        return new IllegalStateException(
                "polled after its end, or although another future owns it: " + future + ". " + RUNS_ONCE);
    }

    /**
     * Explains a future that is awaited by two parts of one future.
     *
     * @param future the future, or its description
     * @return what to throw
     */
    public static IllegalStateException twice(Object future) {
        return new IllegalStateException("awaited twice by one future: " + future + ". " + RUNS_ONCE);
    }

    /**
     * Explains a poll of a stream after its end.
     *
     * @param stream the stream, or its description
     * @return what to throw
     */
    public static IllegalStateException stream(Object stream) {
        return new IllegalStateException("polled after its end: " + stream + STREAM_RUNS_ONCE);
    }

    /**
     * Explains a stream that is merged with itself.
     *
     * @param stream the stream, or its description
     * @return what to throw
     */
    public static IllegalStateException mergedTwice(Object stream) {
        return new IllegalStateException("merged with itself: " + stream + STREAM_RUNS_ONCE);
    }
}
