package pollux.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.RawFuture;

/** {@link AsyncStream#chunks}. */
final class ChunkStream<T> extends OperatorStream<List<T>> {

    private final OwnedStream<T> source;
    private final int size;

    /** How long an unfinished chunk may wait; null for as long as it takes. */
    private final @Nullable Countdown wait;

    private List<T> chunk;

    /** The failure of the source, while the items before it leave. */
    private @Nullable Throwable late;

    ChunkStream(AsyncStream<T> source, int size, @Nullable Duration maxWait) {
        if (size < 1) {
            throw new IllegalArgumentException("chunks(" + size + "): a chunk holds at least one item");
        }
        this.source = new OwnedStream<>(source);
        this.size = size;
        this.wait = maxWait == null ? null : new Countdown(maxWait);
        this.chunk = newChunk();
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        while (!source.isOver() && chunk.size() < size) {
            Object item;
            try {
                item = RawFuture.pollStep(source, cx);
            } catch (Throwable failure) {
                late = failure;
                break;
            }
            if (item == PENDING) {
                if (wait != null && wait.pollOver(cx)) {
                    break;
                }
                return PENDING;
            }
            if (item != null) {
                chunk.add((T) item);
                if (wait != null && !wait.isRunning()) {
                    wait.start(cx);
                }
            }
        }
        if (wait != null) {
            wait.stop();
        }
        if (!chunk.isEmpty()) {
            List<T> full = chunk;
            chunk = newChunk();
            return full;
        }
        if (late != null) {
            Throwable due = late;
            late = null;
            throw Failures.rethrow(due);
        }
        return null;
    }

    private List<T> newChunk() {
        return new ArrayList<>(Math.min(size, 64));
    }

    @Override
    boolean isPartDecided() {
        return source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        if (wait != null) {
            wait.stop();
        }
        source.giveUp(ending);
        chunk.forEach(ending::dropValue);
        if (late != null) {
            ending.report(late);
        }
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.count("collected", chunk.size()).count("of", size);
        if (wait != null) {
            wait.describe(sketch);
        }
        sketch.awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.chunks(" + chunk.size() + " of " + size + ")";
    }
}
