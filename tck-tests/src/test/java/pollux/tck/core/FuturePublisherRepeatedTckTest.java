package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A future's publisher, awaited and subscribed to anew for each item, so that all rules for many items run. */
public class FuturePublisherRepeatedTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.deferStream(() -> Elements.stream(elements)
                .then(i -> ReactiveStreams.exactlyOne(ReactiveStreams.deferFuture(() -> Futures.ready(i)))));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.deferFuture(() -> Futures.failed(Elements.failure()));
    }
}
