package pollux.tck.leaks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.stream.RawStream;
import pollux.sync.AtomicWaker;
import reactor.core.CoreSubscriber;

/** A conversion out of Pollux in one run: items come, a subscriber asks for them, and at some time it cancels. */
final class Served implements CoreSubscriber<Object> {

    private static final int SOURCES = 6;

    private final Tally tally;
    private final List<Source> sources = new ArrayList<>();
    private volatile @Nullable Subscription subscription;

    Served(Tally tally, Consumer<Served> conversion) {
        this.tally = tally;
        for (int i = 0; i < SOURCES; i++) {
            sources.add(new Source());
        }
        conversion.accept(this);
    }

    /** An item comes when it is supplied. */
    private final class Source extends RawStream<Tally.Item> {

        private final AtomicWaker waker = new AtomicWaker();
        private volatile boolean supplied;

        @Override
        public @Nullable Object pollNextRaw(Context cx) {
            waker.register(cx.waker());
            if (!supplied) {
                return PENDING;
            }
            supplied = false;
            return tally.produce();
        }

        void supply() {
            supplied = true;
            waker.wake();
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }

    Tally tally() {
        return tally;
    }

    RawStream<Tally.Item> stream() {
        return sources.get(0);
    }

    Future<Tally.Item> future() {
        return first(sources.get(0));
    }

    List<Future<Tally.Item>> futures() {
        List<Future<Tally.Item>> futures = new ArrayList<>();
        sources.forEach(source -> futures.add(first(source)));
        return futures;
    }

    private static Future<Tally.Item> first(Source source) {
        return new RawFuture<>() {
            @Override
            public @Nullable Object pollRaw(Context cx) {
                return source.pollNextRaw(cx);
            }

            @Override
            public boolean cancel() {
                return true;
            }
        };
    }

    // ------------------------------------------------------------------ the steps; a supply may be another thread's

    void supply(Random random) {
        sources.get(random.nextInt(SOURCES)).supply();
    }

    void request(Random random) {
        subscription.request(1 + random.nextInt(3));
    }

    void cancel() {
        subscription.cancel();
    }

    @Override
    public reactor.util.context.Context currentContext() {
        return tally.context();
    }

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
    }

    @Override
    public void onNext(Object item) {
        ((Tally.Item) item).deliver();
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}
}
