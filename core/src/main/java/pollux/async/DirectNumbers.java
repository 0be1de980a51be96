package pollux.async;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/**
 * The numbers that direct calls return without their boxes. For compiled code only.
 *
 * <p>A call of an async method that returns nothing but boxed ints, longs or doubles, and that has no frame, leaves the
 * number in the {@linkplain Context#setScratch context} and answers null; the code that has called it takes the number
 * at once. All other answers are those of any direct call: a value in its box, {@link
 * pollux.future.RawFuture#PENDING}, or a frame that waits. Null is none of them: the values of futures are {@linkplain
 * #notNull checked}.
 */
public final class DirectNumbers {

    private DirectNumbers() {}

    /**
     * Tells whether a direct call that may answer a number waits.
     *
     * @param answer the answer
     * @return true if it is pending
     */
    public static boolean isPending(@Nullable Object answer) {
        return answer != null && AsyncFrame.isPending(answer);
    }

    /**
     * Checks the answer to a poll in place of a direct call: the method returns no null, but a tool may have put other
     * code in its place.
     *
     * @param answer the answer
     * @return the same
     * @throws NullPointerException if it is null
     */
    public static Object notNull(@Nullable Object answer) {
        return Objects.requireNonNull(answer, "null, of a method whose code returns numbers only");
    }

    /**
     * Checks the answer of an await whose code takes a primitive value out of its box.
     *
     * @param answer the answer, not pending
     * @param awaited what the message calls the future: by the method that the source calls, if it was called directly
     * @return the same
     * @throws NullPointerException if it is null
     */
    public static Object notNull(@Nullable Object answer, String awaited) {
        if (answer == null) {
            throw new NullPointerException(awaited + " ended with null, where the code needs a primitive value");
        }
        return answer;
    }

    /**
     * Returns what code answers that has ended with a number.
     *
     * @param number the number
     * @param frame the frame of the code; null if it has none
     * @param cx the context of this poll, which keeps the number if there is no frame
     * @return the number in its box if there is a frame, as the answer to a poll; else null
     */
    public static @Nullable Object answerInt(int number, @Nullable AsyncFrame<?> frame, Context cx) {
        if (frame != null) {
            return number;
        }
        cx.setScratch(number);
        return null;
    }

    /**
     * Returns the number of a call, out of its box if it is in one.
     *
     * @param answer the answer, not pending
     * @param cx the context of this poll
     * @return the number
     */
    public static int takeInt(@Nullable Object answer, Context cx) {
        return answer == null ? (int) cx.scratch() : (Integer) answer;
    }

    /**
     * Returns the number of a call in its box, for code that does not take it out at once.
     *
     * @param answer the answer, not pending
     * @param cx the context of this poll
     * @return the box
     */
    public static Object boxInt(@Nullable Object answer, Context cx) {
        return answer == null ? Integer.valueOf((int) cx.scratch()) : answer;
    }

    /**
     * Returns what code answers that has ended with a number.
     *
     * @param number the number
     * @param frame the frame of the code; null if it has none
     * @param cx the context of this poll, which keeps the number if there is no frame
     * @return the number in its box if there is a frame, as the answer to a poll; else null
     */
    public static @Nullable Object answerLong(long number, @Nullable AsyncFrame<?> frame, Context cx) {
        if (frame != null) {
            return number;
        }
        cx.setScratch(number);
        return null;
    }

    /**
     * Returns the number of a call, out of its box if it is in one.
     *
     * @param answer the answer, not pending
     * @param cx the context of this poll
     * @return the number
     */
    public static long takeLong(@Nullable Object answer, Context cx) {
        return answer == null ? cx.scratch() : (Long) answer;
    }

    /**
     * Returns the number of a call in its box, for code that does not take it out at once.
     *
     * @param answer the answer, not pending
     * @param cx the context of this poll
     * @return the box
     */
    public static Object boxLong(@Nullable Object answer, Context cx) {
        return answer == null ? Long.valueOf(cx.scratch()) : answer;
    }

    /**
     * Returns what code answers that has ended with a number.
     *
     * @param number the number
     * @param frame the frame of the code; null if it has none
     * @param cx the context of this poll, which keeps the number if there is no frame
     * @return the number in its box if there is a frame, as the answer to a poll; else null
     */
    public static @Nullable Object answerDouble(double number, @Nullable AsyncFrame<?> frame, Context cx) {
        if (frame != null) {
            return number;
        }
        cx.setScratch(Double.doubleToRawLongBits(number));
        return null;
    }

    /**
     * Returns the number of a call, out of its box if it is in one.
     *
     * @param answer the answer, not pending
     * @param cx the context of this poll
     * @return the number
     */
    public static double takeDouble(@Nullable Object answer, Context cx) {
        return answer == null ? Double.longBitsToDouble(cx.scratch()) : (Double) answer;
    }

    /**
     * Returns the number of a call in its box, for code that does not take it out at once.
     *
     * @param answer the answer, not pending
     * @param cx the context of this poll
     * @return the box
     */
    public static Object boxDouble(@Nullable Object answer, Context cx) {
        return answer == null ? Double.valueOf(Double.longBitsToDouble(cx.scratch())) : answer;
    }
}
