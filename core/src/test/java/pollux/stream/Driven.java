package pollux.stream;

import java.util.ArrayList;
import java.util.List;
import pollux.doubles.HandTask;
import pollux.future.Poll;

/** A stream in a task that is polled by hand. */
final class Driven {

    final HandTask task = new HandTask();
    final AsyncStream<?> stream;

    Driven(AsyncStream<?> stream) {
        this.stream = stream;
    }

    /** Polls once, with a fresh budget. */
    Poll<?> poll() {
        return stream.pollNext(task.context());
    }

    Throwable failure() {
        try {
            Poll<?> poll = poll();
            throw new AssertionError("did not fail but was " + poll);
        } catch (AssertionError unexpected) {
            throw unexpected;
        } catch (Throwable failure) {
            return failure;
        }
    }

    /** Takes all items that are ready, across yields of the budget, and the end or the failure as the last entry. */
    List<Object> ready() {
        List<Object> seen = new ArrayList<>();
        while (true) {
            task.wakes();
            try {
                Poll<?> poll = poll();
                if (poll.isPending()) {
                    if (task.wakes() == 0) {
                        return seen;
                    }
                    continue;
                }
                seen.add(poll.value() == null ? Script.END : poll.value());
            } catch (IllegalStateException failure) {
                throw failure;
            } catch (Throwable failure) {
                seen.add(failure);
            }
            Object last = seen.get(seen.size() - 1);
            if (last == Script.END || last instanceof Throwable) {
                return seen;
            }
        }
    }
}
