package pollux.stream;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Function;
import pollux.future.Ending;
import pollux.future.Future;

/** {@link AsyncStream#partitioned}: a {@link BufferedStream} in which an item may wait for others of its key. */
final class PartitionedStream<S, T, K> extends BufferedStream<S, T> {

    /*
     * A key has a line while one of its futures runs. The line holds the items that wait, in the order of their
     * numbers. The end of a future starts the next one of its line, unless that comes behind a failure.
     */

    private record Waiting<S>(S item, int number) {}

    private record Line<S, K>(K key, Queue<Waiting<S>> waiting) {}

    private final Function<? super S, ? extends K> keyOf;
    private final Map<K, Line<S, K>> lines = new HashMap<>();

    /** The line of each number whose future runs. */
    private final Map<Integer, Line<S, K>> running = new HashMap<>();

    PartitionedStream(
            AsyncStream<S> source,
            int concurrency,
            Function<? super S, ? extends K> keyOf,
            Function<? super S, ? extends Future<? extends T>> function) {
        super("partitioned", source, concurrency, function);
        this.keyOf = Objects.requireNonNull(keyOf, "key");
    }

    @Override
    void begin(S item, int number) {
        K key = present(keyOf.apply(item), "the key function of partitioned() returned null");
        Line<S, K> busy = lines.get(key);
        if (busy != null) {
            busy.waiting.add(new Waiting<>(item, number));
            return;
        }
        Line<S, K> line = new Line<>(key, new ArrayDeque<>(1));
        start(item, number);
        lines.put(key, line);
        running.put(number, line);
    }

    @Override
    void onEnded(int number) {
        Line<S, K> line = Objects.requireNonNull(running.remove(number));
        Waiting<S> next = line.waiting.poll();
        if (next == null) {
            lines.remove(line.key);
            return;
        }
        if (isBehindFailure(next.number)) {
            line.waiting.add(next); // for giveUp; nothing of its key is started any more
            return;
        }
        try {
            start(next.item, next.number);
            running.put(next.number, line);
        } catch (Throwable failure) {
            fail(next.number, failure);
        }
    }

    @Override
    void giveUp(Ending ending) {
        super.giveUp(ending);
        for (Line<S, K> line : lines.values()) {
            for (Waiting<S> left : line.waiting) {
                ending.dropValue(left.item);
            }
        }
    }
}
