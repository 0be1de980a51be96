package pollux.future;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;

/** A stage of the JDK as a future: {@link Futures#from} and {@link Futures#fromSupplier}. */
final class CompletionStageFuture<T extends @Nullable Object> extends RawFuture<T> {

    /*
     * The stage's thread stores the outcome, then reads the waker; the poll stores the waker, then reads the outcome.
     * Both fields are volatile, so one of the two sees the other and no completion is missed.
     *
     * Completion and cancellation exchange the outcome, each once, so the second one sees the first and reports a
     * failure that is late. A stage that was given up cannot be left: its failure has no other receiver that is known
     * here.
     */

    /** In place of the outcome: the future was given up. */
    private static final Outcome GIVEN_UP = new Outcome(null, null);

    private static final VarHandle OUTCOME = VarHandles.handle(MethodHandles.lookup(), "outcome", Outcome.class);

    private record Outcome(@Nullable Object value, @Nullable Throwable failure) {}

    private @Nullable Supplier<? extends CompletionStage<? extends T>> source; // null once subscribed
    private final boolean owned;
    private @Nullable CompletionStage<? extends T> stage;
    private volatile @Nullable Waker waker;
    private volatile @Nullable Outcome outcome;
    private Services services = Services.NONE;
    private boolean ended;

    CompletionStageFuture(Supplier<? extends CompletionStage<? extends T>> source, boolean owned) {
        this.source = source;
        this.owned = owned;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        if (source != null) {
            services = cx.services();
            subscribe(source);
        }
        if (outcome == null) {
            if (waker != cx.waker()) {
                waker = cx.waker();
            }
            if (outcome == null) { // re-checked after the waker was stored
                return PENDING;
            }
        }
        Outcome reached = Objects.requireNonNull(outcome);
        release();
        if (reached.failure != null) {
            throw Failures.rethrow(unwrap(reached.failure));
        }
        return reached.value;
    }

    @Override
    public boolean cancel() {
        CompletionStage<? extends T> running = stage;
        release();
        Outcome reached = (Outcome) OUTCOME.getAndSet(this, GIVEN_UP);
        if (reached != null) {
            dropFailure(reached);
        }
        if (owned && running != null) {
            CompletableFuture<?> cancelled = running.toCompletableFuture();
            cancelled.cancel(true);
        }
        return true;
    }

    @Override
    public String toString() {
        return "Futures.from(" + (stage == null ? "CompletionStage" : stage) + ")";
    }

    private void subscribe(Supplier<? extends CompletionStage<? extends T>> from) {
        source = null;
        CompletionStage<? extends T> started;
        try {
            started = Objects.requireNonNull(from.get(), "the supplier returned null instead of a CompletionStage");
        } catch (Throwable failure) {
            ended = true;
            throw failure;
        }
        stage = started;
        started.whenComplete((value, failure) -> {
            Outcome reached = new Outcome(value, failure);
            if (OUTCOME.getAndSet(this, reached) == GIVEN_UP) {
                dropFailure(reached);
                return;
            }
            Waker waiting = waker;
            if (waiting != null) {
                waiting.wake();
            }
        });
    }

    private void release() {
        ended = true;
        source = null;
        stage = null;
        waker = null;
    }

    private void dropFailure(Outcome late) {
        if (late.failure != null && !(unwrap(late.failure) instanceof CancellationException)) {
            Failures.drop(services, "a stage failed after its future was given up", unwrap(late.failure));
        }
    }

    /**
     * A dependent stage reports its source's failure in a wrapper; the failure itself is what the caller can handle.
     */
    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
