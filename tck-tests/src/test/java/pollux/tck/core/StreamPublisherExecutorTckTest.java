package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.executor.Spawner;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A stream, polled by an executor of the JDK. */
public class StreamPublisherExecutorTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.on(Spawner.on(TckEnvironment.POOL)).deferStream(() -> Elements.stream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.on(Spawner.on(TckEnvironment.POOL)).publisher(AsyncStreams.error(Elements.failure()));
    }
}
