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
                    .append(
                            at.getClass().isHidden()
                                    ? "a lambda"
                                    : at.getClass().getSimpleName());
        }
        return text.toString();
    }

    /** The method in which the code of a future begins, with a space before it; empty if that is not known. */
    static String name(Future<?> future) {
        if (!(future instanceof AsyncFrame<?> frame)) {
            return "";
        }
        StackTraceElement place = frame.place();
        String type = place.getClassName();
        return " " + type.substring(type.lastIndexOf('.') + 1) + "." + place.getMethodName();
    }
}
