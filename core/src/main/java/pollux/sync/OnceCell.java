package pollux.sync;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.internal.checks.CheckReturnValue;

/**
 * A value that is made once, by the first task that asks for it, while the others wait: a connection, a configuration,
 * a token.
 *
 * <p>If the making fails or is cancelled, the failure goes to the task that made it, the cell stays empty, and the next
 * task in line makes the value anew. So a failure is not kept, other than by {@link Future#shared()}. May be used from
 * any thread; nothing blocks.
 *
 * <p>After {@code tokio::sync::OnceCell}.
 *
 * @param <T> the type of the value, which is never null
 */
public final class OnceCell<T> {

    /** Held by the task that makes the value, and for a moment by each one that has waited for it. */
    private final AsyncMutex making = new AsyncMutex();

    /** Written under the lock, once. */
    private volatile @Nullable T value;

    /** Makes an empty cell. */
    public OnceCell() {}

    /**
     * Returns the value if it is there.
     *
     * @return the value, or null
     */
    public @Nullable T get() {
        return value;
    }

    /**
     * Sets the value, unless there is one or a task makes one.
     *
     * @param value the value
     * @return true if this call has set it
     */
    public boolean set(T value) {
        Objects.requireNonNull(value, "a cell cannot hold null: value");
        AsyncMutex.Guard guard = making.tryLock();
        if (guard == null) {
            return false;
        }
        try (guard) {
            if (this.value != null) {
                return false;
            }
            this.value = value;
            return true;
        }
    }

    /**
     * Waits for the value, and makes it if no other task does. A task that calls this for the same cell while it makes
     * the value waits for ever.
     *
     * <p><b>Cancellation:</b> while it waits, the place in line is lost. While it makes the value, that future is
     * cancelled, and the next task in line makes the value by its own supplier.
     *
     * @param supplier makes the future of the value; called on the polling thread, only if there is no value and it is
     *     the turn of this future; must not return null, nor may the future end with null
     * @return a future of the value
     */
    @CheckReturnValue
    public Future<T> getOrInit(Supplier<? extends Future<? extends T>> supplier) {
        Objects.requireNonNull(supplier, "supplier");
        return Futures.defer(() -> {
            T present = value;
            return present != null ? Futures.ready(present) : making.withLock(() -> init(supplier));
        });
    }

    private Future<T> init(Supplier<? extends Future<? extends T>> supplier) {
        T present = value;
        if (present != null) {
            return Futures.ready(present);
        }
        Future<? extends T> made =
                Objects.requireNonNull(supplier.get(), "the supplier of getOrInit() returned null instead of a future");
        return made.map(result -> {
            value = Objects.requireNonNull(result, "a cell cannot hold null: the value of getOrInit()");
            return result;
        });
    }

    @Override
    public String toString() {
        T present = value;
        return "OnceCell[" + (present != null ? present : making.isLocked() ? "being made" : "empty") + "]";
    }
}
