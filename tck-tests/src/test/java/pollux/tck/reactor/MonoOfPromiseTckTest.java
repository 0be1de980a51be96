package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.sync.Promise;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** {@code monoDefer(supplier)} of promises that are completed already: their values need no task. */
public class MonoOfPromiseTckTest extends PublisherTck {

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.monoDefer(() -> {
            Promise<Integer> promise = new Promise<>();
            promise.complete(elements == 0 ? null : 0);
            return promise.future();
        });
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        Promise<Integer> promise = new Promise<>();
        promise.fail(Elements.failure());
        return ReactorAdapter.mono(promise.future());
    }
}
