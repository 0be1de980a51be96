package pollux.tck.contracts;

import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.exceptions.UndeliverableException;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.provider.Arguments;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;

/**
 * The hook is {@code RxJavaPlugins.onError}, without RxJava's wrapping. It is global; a row runs on one thread, so what
 * other threads drop meanwhile is of other tests.
 */
class RxJavaFailedCleanUpTest extends FailedCleanUpContract {

    static Stream<Arguments> rows() {
        return rows(List.of(
                bridge("single", future -> RxJavaAdapter.single(future).toFlowable()),
                bridge("maybe", future -> RxJavaAdapter.maybe(future).toFlowable()),
                bridge(
                        "completable",
                        future -> RxJavaAdapter.completable(future).toFlowable()),
                bridge("flowable of a stream", future -> RxJavaAdapter.flowable(AsyncStreams.once(future))),
                bridge("flowable of futures", future -> RxJavaAdapter.flowable(List.of(future), 1)),
                bridge(
                        "observable",
                        future -> RxJavaAdapter.observable(AsyncStreams.once(future))
                                .toFlowable(BackpressureStrategy.BUFFER))));
    }

    @BeforeEach
    void setHook() {
        Thread own = Thread.currentThread();
        RxJavaPlugins.setErrorHandler(error -> {
            if (Thread.currentThread() == own) {
                dropped.add(error instanceof UndeliverableException ? error.getCause() : error);
            }
        });
    }

    @AfterEach
    void resetHook() {
        RxJavaPlugins.reset();
    }

    @Override
    Runnable subscribe(Publisher<Integer> publisher, Consumer<Throwable> onError) {
        return Flowable.fromPublisher(publisher).subscribe(x -> {}, onError::accept)::dispose;
    }
}
