package pollux.spring;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Mono;

/**
 * A commit or a rollback under way, which a cancellation waits for, as with Spring's own interceptor. To stop it would
 * leave the transaction open, and its connection taken.
 */
final class TransactionEnd extends RawFuture<Void> implements Inspectable {

    private final Future<Void> ending;

    TransactionEnd(Mono<Void> ending) {
        this.ending = ReactorAdapter.future(ending);
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        return pollAny(ending, cx);
    }

    @Override
    public boolean hasDecided() {
        return true;
    }

    /** For owners that do not ask whether the outcome is decided. */
    @Override
    public boolean cancel() {
        return false;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("end of a transaction").awaits(ending);
    }

    @Override
    public String toString() {
        return "end of a transaction";
    }
}
