package pollux.tck;

import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;

/** What the publishers under verification are made of. */
public final class Elements {

    private Elements() {}

    /** The numbers from 0 on, at hand. */
    public static AsyncStream<Integer> stream(long elements) {
        return AsyncStreams.range(0, (int) Math.min(elements, Integer.MAX_VALUE));
    }

    /** The numbers from 0 on, each coming from another thread. */
    public static AsyncStream<Integer> distantStream(long elements) {
        return stream(elements).then(Elements::distant);
    }

    /** A value that another thread brings. */
    public static Future<Integer> distant(int value) {
        return Futures.defer(() -> {
            Promise<Integer> promise = new Promise<>();
            TckEnvironment.POOL.execute(() -> promise.complete(value));
            return promise.future();
        });
    }

    /** What failed publishers fail with. */
    public static RuntimeException failure() {
        return new IllegalArgumentException("the failure under test");
    }

    /** Futures that cannot even be listed. */
    public static Iterable<Future<Integer>> failedFutures() {
        return () -> {
            throw failure();
        };
    }

    /** The futures of the numbers from 0 on. */
    public static Iterable<Future<Integer>> futures(long elements) {
        return () -> new java.util.Iterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return next < elements;
            }

            @Override
            public Future<Integer> next() {
                if (!hasNext()) {
                    throw new java.util.NoSuchElementException();
                }
                return Futures.ready((int) next++);
            }
        };
    }
}
