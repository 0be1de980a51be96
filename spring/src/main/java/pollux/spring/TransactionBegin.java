package pollux.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.sync.Promise;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.ContextView;

/**
 * A transaction that begins. A transaction that is there when a cancellation comes is delivered, so that the code
 * behind it rolls it back; one that comes later is rolled back here. It would hold its connection for ever otherwise.
 */
final class TransactionBegin extends RawFuture<ReactiveTransaction> implements Inspectable {

    private final ReactiveTransactionManager manager;
    private final TransactionDefinition definition;
    private final ContextView context;
    private final Promise<ReactiveTransaction> begun;
    private final Future<ReactiveTransaction> future;
    private @Nullable Begin subscriber;

    TransactionBegin(ReactiveTransactionManager manager, TransactionDefinition definition, ContextView context) {
        this.manager = manager;
        this.definition = definition;
        this.context = context;
        this.begun = new Promise<>(transaction -> rollBack(manager, transaction, context));
        this.future = begun.future();
    }

    private static void rollBack(
            ReactiveTransactionManager manager, ReactiveTransaction transaction, ContextView context) {
        manager.rollback(transaction)
                .contextWrite(context)
                .subscribe(
                        none -> {},
                        failure ->
                                Failures.report("a transaction that began too late could not be rolled back", failure));
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (subscriber == null) {
            Begin starting = new Begin();
            subscriber = starting;
            manager.getReactiveTransaction(definition).contextWrite(context).subscribe(starting);
        }
        return pollAny(future, cx);
    }

    @Override
    public boolean hasDecided() {
        return begun.isDone();
    }

    @Override
    public boolean cancel() {
        boolean released = future.cancel();
        Begin started = subscriber;
        if (started != null) {
            started.dispose();
        }
        return released;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("begin of a transaction of " + manager.getClass().getName());
    }

    @Override
    public String toString() {
        return "begin of a transaction";
    }

    /** Keeps what the manager signals. An error behind a cancellation goes to Reactor's hook. */
    private final class Begin extends BaseSubscriber<ReactiveTransaction> {

        @Override
        protected void hookOnNext(ReactiveTransaction transaction) {
            if (!begun.complete(transaction)) {
                rollBack(manager, transaction, context);
            }
        }

        @Override
        @SuppressWarnings("CheckReturnValue") // false if there was a transaction
        protected void hookOnComplete() {
            begun.complete(null);
        }

        @Override
        @SuppressWarnings("CheckReturnValue") // false if there was a transaction, which ends by itself
        protected void hookOnError(Throwable failure) {
            begun.fail(failure);
        }
    }
}
