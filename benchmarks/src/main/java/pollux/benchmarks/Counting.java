package pollux.benchmarks;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Adds Integers up, and asks for as many again whenever as many as it asked for have come. */
final class Counting implements CoreSubscriber<Integer> {

    private final long batch;
    private final Tally tally;
    private Subscription subscription;
    private long left;
    private long sum;

    /**
     * Makes a subscriber.
     *
     * @param batch how many to ask for at a time; {@code Long.MAX_VALUE} asks once, for all
     * @param tally gets the sum
     */
    Counting(long batch, Tally tally) {
        this.batch = batch;
        this.tally = tally;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        this.subscription = subscription;
        left = batch;
        subscription.request(batch);
    }

    @Override
    public void onNext(Integer item) {
        sum += item;
        if (--left == 0) {
            left = batch;
            subscription.request(batch);
        }
    }

    @Override
    public void onError(Throwable failure) {
        tally.end(-1);
    }

    @Override
    public void onComplete() {
        tally.end(sum);
    }
}
