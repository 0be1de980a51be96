package pollux.tck.rules;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A publisher as one of RxJava's types without demand, and nothing of RxJava in between that would mend its faults:
 * each signal reaches the observer as it is, null too. What a type has no signal for is left out.
 */
final class RxSource implements Subscriber<Integer> {

    private final Consumer<Disposable> begin;
    private final Consumer<Integer> item;
    private final Runnable end;
    private final Consumer<Throwable> failure;
    private final boolean endsWithItem;
    private volatile boolean ended;

    private RxSource(
            Consumer<Disposable> begin,
            Consumer<Integer> item,
            Runnable end,
            Consumer<Throwable> failure,
            boolean endsWithItem) {
        this.begin = begin;
        this.item = item;
        this.end = end;
        this.failure = failure;
        this.endsWithItem = endsWithItem;
    }

    static Single<Integer> single(Publisher<Integer> publisher) {
        return Single.unsafeCreate(to -> publisher.subscribe(new RxSource(
                to::onSubscribe, to::onSuccess, () -> to.onError(new NoSuchElementException()), to::onError, true)));
    }

    static Maybe<Integer> maybe(Publisher<Integer> publisher) {
        return Maybe.unsafeCreate(to ->
                publisher.subscribe(new RxSource(to::onSubscribe, to::onSuccess, to::onComplete, to::onError, true)));
    }

    static Completable completable(Publisher<Integer> publisher) {
        return Completable.unsafeCreate(to ->
                publisher.subscribe(new RxSource(to::onSubscribe, ignored -> {}, to::onComplete, to::onError, false)));
    }

    static Observable<Integer> observable(Publisher<Integer> publisher) {
        return Observable.unsafeCreate(to ->
                publisher.subscribe(new RxSource(to::onSubscribe, to::onNext, to::onComplete, to::onError, false)));
    }

    @Override
    public void onSubscribe(Subscription upstream) {
        if (upstream == null) {
            begin.accept(null);
            return;
        }
        AtomicBoolean disposed = new AtomicBoolean();
        begin.accept(Disposable.fromRunnable(() -> {
            if (disposed.compareAndSet(false, true)) {
                upstream.cancel();
            }
        }));
        if (!disposed.get()) {
            upstream.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Integer value) {
        if (!ended) {
            ended = endsWithItem;
            item.accept(value);
        }
    }

    @Override
    public void onComplete() {
        if (!ended) {
            ended = true;
            end.run();
        }
    }

    @Override
    public void onError(Throwable error) {
        if (!ended) {
            ended = true;
            failure.accept(error);
        }
    }
}
