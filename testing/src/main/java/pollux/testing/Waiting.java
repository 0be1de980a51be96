package pollux.testing;

import org.jspecify.annotations.Nullable;
import pollux.async.AsyncFrame;
import pollux.future.Future;

/** Says what a future waits for, down to the source line, in words that are the same in every run. */
final class Waiting {

    private Waiting() {}

    static String describe(@Nullable Future<?> future) {
        StringBuilder text = new StringBuilder();
        Future<?> at = future;
        while (at instanceof AsyncFrame<?> frame) {
            text.append(text.isEmpty() ? "at " : " > ").append(frame.place());
            at = frame.awaited();
        }
        if (at != null) {
            text.append(text.isEmpty() ? "" : " waits for ")
                    .append(at.getClass().getSimpleName());
        }
        return text.toString();
    }
}
