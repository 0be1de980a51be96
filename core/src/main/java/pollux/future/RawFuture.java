package pollux.future;

import org.jspecify.annotations.Nullable;

/**
 * A future that answers without allocating: the base class of Pollux's own futures and of compiled code.
 *
 * <p>{@link #pollRaw} returns the value itself (which may be null), or {@link #PENDING}. Where a call site sees many
 * classes of futures this saves the {@link Poll} object that the JIT cannot remove there: 2.5 ns and no allocation
 * against 9.3 ns and 16 bytes. Extend it for a leaf on a hot path; otherwise implement {@link Future} with a lambda.
 *
 * <p>Everything that {@link Future#poll} demands holds for {@code pollRaw} as well.
 *
 * @param <T> the type of the value
 */
public abstract class RawFuture<T extends @Nullable Object> implements Future<T> {

    /**
     * What {@link #pollRaw} returns instead of a value while there is none; the same object as {@link Poll#pending()}.
     */
    public static final Object PENDING = Poll.PENDING;

    /** For subclasses. */
    protected RawFuture() {}

    /**
     * Polls once, see {@link Future#poll}.
     *
     * @param cx the context of this poll
     * @return the value, or {@link #PENDING}
     */
    public abstract @Nullable Object pollRaw(Context cx);

    @Override
    @SuppressWarnings("unchecked") // pollRaw answers with a T or with PENDING
    public final Poll<T> poll(Context cx) {
        Object answer = pollRaw(cx);
        return answer == PENDING ? Poll.pending() : Poll.ready((T) answer);
    }

    /**
     * Looks at the value of a future that was ready from the beginning ({@link Futures#ready}) and has not been polled.
     * For bridges: such a future can be handed over as a constant, and need not be polled then.
     *
     * @param future any future
     * @return its value, or {@link #PENDING} if it has to be polled for it
     */
    public static @Nullable Object peek(Future<?> future) {
        return future instanceof ReadyFuture<?> ready ? ready.peek() : PENDING;
    }

    /**
     * Takes the value of a future that has it already and needs no poll for it, as that of a completed promise. For
     * bridges that own the future: afterwards it counts as polled.
     *
     * @param future any future, that belongs to the caller and has not ended
     * @return its value, or {@link #PENDING} if it has to be polled for it
     */
    public static Object takeNow(Future<?> future) {
        return future instanceof RawFuture<?> raw ? raw.takeNow() : PENDING;
    }

    /**
     * Ends with the value, if it is there already, is not null, and may be dropped where it is not delivered. Called as
     * {@link #pollRaw} is, in place of a poll.
     *
     * @return the value; {@link #PENDING} unless overridden, and then nothing has changed
     */
    protected Object takeNow() {
        return PENDING;
    }

    /** Returns a future with a known outcome, {@link #peek} shows it: {@link Shared} need not know its class. */
    static <T extends @Nullable Object> Future<T> constant(@Nullable T value, @Nullable Throwable failure) {
        return new ReadyFuture<>(value, failure);
    }

    /**
     * Notes that the value at which {@link #peek} has looked is taken: the future counts as polled. For compiled code.
     *
     * @param constant the future
     */
    protected static void taken(Future<?> constant) {
        ((ReadyFuture<?>) constant).taken();
    }

    /**
     * Tells whether an outcome is decided in here that no poll has delivered yet: the winner of a {@link Select}, while
     * those that lost are still cleaning up, or what a blocking call has returned. Such an outcome is delivered even
     * though a cancellation comes: the owner asks before it calls {@link #cancel}, polls on while the answer is true,
     * and asks again after each pending poll. Called by the holder of the right to poll, between polls.
     *
     * @return false unless overridden
     */
    public boolean hasDecided() {
        return false;
    }

    /**
     * Asks any future whether an outcome {@linkplain #hasDecided() is decided}.
     *
     * @param future the future; null has none
     * @return true if a cancellation has to wait for the outcome
     */
    public static boolean hasDecided(@Nullable Future<?> future) {
        return future instanceof RawFuture<?> raw && raw.hasDecided();
    }

    /**
     * Polls any future in the raw form.
     *
     * @param future the future to poll
     * @param cx the context of this poll
     * @return the value, or {@link #PENDING}
     * @throws NullPointerException if a foreign future answers with null instead of a {@code Poll}
     */
    public static @Nullable Object pollAny(Future<?> future, Context cx) {
        return future instanceof RawFuture<?> raw ? raw.pollRaw(cx) : pollForeign(future, cx);
    }

    /**
     * Polls a future of another base class in the raw form.
     *
     * @param future the future to poll
     * @param cx the context of this poll
     * @return the value, or {@link #PENDING}
     * @throws NullPointerException if it answers with null instead of a {@code Poll}
     */
    protected static @Nullable Object pollForeign(Future<?> future, Context cx) {
        Poll<?> poll = future.poll(cx);
        if (poll == null) {
            throw new NullPointerException(future.getClass().getName() + ".poll returned null instead of a Poll");
        }
        return poll == PENDING ? PENDING : poll.value();
    }

    /**
     * Polls any future as one step of a loop. For compiled code, whose awaits are such steps, and for combinators and
     * operators that go on to the next future or item when this one is ready. A step that ends, by a value or by a
     * failure, spends at least one of the {@linkplain Context budget}; without budget nothing is polled, and the waker
     * has been scheduled. So no loop of ready steps keeps its thread.
     *
     * @param future the future to poll
     * @param cx the context of this poll
     * @return the value, or {@link #PENDING}
     * @throws NullPointerException if a foreign future answers with null instead of a {@code Poll}
     */
    public static @Nullable Object pollStep(Future<?> future, Context cx) {
        int before = cx.budget();
        if (before == 0) {
            cx.yield();
            return PENDING;
        }
        Object answer;
        try {
            // as pollAny, which would be one level more of what HotSpot inlines
            answer = future instanceof RawFuture<?> raw ? raw.pollRaw(cx) : pollForeign(future, cx);
        } catch (Throwable failure) {
            cx.spendSince(before);
            throw failure;
        }
        if (answer != PENDING) {
            cx.spendSince(before);
        }
        return answer;
    }
}
