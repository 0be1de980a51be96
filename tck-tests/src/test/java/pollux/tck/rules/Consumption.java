package pollux.tck.rules;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import pollux.executor.JoinHandle;
import pollux.reactive.ProtocolViolation;

/**
 * A party that is consuming a publisher.
 *
 * @param result what comes of it
 * @param cancel ends it early
 */
public record Consumption(CompletableFuture<?> result, Runnable cancel) {

    static Consumption of(CompletableFuture<?> future) {
        return new Consumption(future, () -> future.cancel(true));
    }

    static Consumption of(JoinHandle<?> handle) {
        return new Consumption(handle.toCompletableFuture(), handle::cancel);
    }

    /**
     * Waits for the outcome: the text of a value, the simple name of a failure with the rule if there is one, or
     * "cancelled".
     */
    public String outcome(Deadline deadline) {
        try {
            return String.valueOf((Object) result.get(deadline.millis(), TimeUnit.MILLISECONDS));
        } catch (CancellationException cancelled) {
            return "cancelled";
        } catch (ExecutionException failed) {
            return failed.getCause() instanceof ProtocolViolation violation
                    ? "ProtocolViolation " + violation.rule()
                    : failed.getCause().getClass().getSimpleName();
        } catch (TimeoutException late) {
            throw deadline.missed("no outcome", result);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
