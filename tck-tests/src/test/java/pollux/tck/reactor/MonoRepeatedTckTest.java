package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A mono for each element, awaited one after the other, so that the rules about many elements run over it too. */
public class MonoRepeatedTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber -> ReactorAdapter.<Integer>flux(Elements.stream(elements)
                        .then(i -> ReactorAdapter.future(ReactorAdapter.mono(Elements.distant(i)))))
                .subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
