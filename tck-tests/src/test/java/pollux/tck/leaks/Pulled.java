package pollux.tck.leaks;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.tck.Elements;

/** A conversion into Pollux in one run: one party publishes, one polls, and at some time it is cancelled. */
final class Pulled implements Publisher<Tally.Item>, Subscription {

    private static final Waker NO_WAKER = () -> {};

    private final Tally tally;
    private final AtomicLong requested = new AtomicLong();
    private final Context cx = new Context(NO_WAKER, Services.NONE);
    private final Future<?> future;
    private volatile @Nullable Subscriber<? super Tally.Item> subscriber;
    private boolean terminated;
    private boolean over;

    Pulled(Tally tally, Function<Pulled, Future<?>> conversion) {
        this.tally = tally;
        this.future = conversion.apply(this);
    }

    /** A stream as a future that delivers items, a few per poll. */
    static Future<Void> pulling(AsyncStream<Tally.Item> stream, Random random) {
        return new RawFuture<>() {
            @Override
            public @Nullable Object pollRaw(Context cx) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    Object item = RawStream.pollAny(stream, cx);
                    if (!(item instanceof Tally.Item one)) {
                        return item;
                    }
                    one.deliver();
                }
                return PENDING;
            }

            @Override
            public boolean cancel() {
                return stream.cancel();
            }
        };
    }

    Tally tally() {
        return tally;
    }

    @Override
    public void subscribe(Subscriber<? super Tally.Item> s) {
        subscriber = s;
        s.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        requested.getAndUpdate(before -> before + n < 0 ? Long.MAX_VALUE : before + n);
    }

    @Override
    public void cancel() {
        // some publishers notice late, this one never
    }

    // ------------------------------------------------------------------ the steps; those of the publisher may be
    // another thread's

    void publish(Random random) {
        Subscriber<? super Tally.Item> to = subscriber;
        if (to == null || terminated) {
            return;
        }
        int what = random.nextInt(40);
        if (what == 0) {
            terminated = true;
            to.onComplete();
        } else if (what == 1) {
            terminated = true;
            to.onError(Elements.failure());
        } else if (requested.get() > 0) {
            requested.decrementAndGet();
            to.onNext(tally.produce());
        }
    }

    void poll() {
        if (over) {
            return;
        }
        cx.begin(NO_WAKER, Services.NONE);
        try {
            Object answer = RawFuture.pollAny(future, cx);
            over = answer != RawFuture.PENDING;
            if (answer instanceof Tally.Item item) {
                item.deliver();
            } else if (answer instanceof List<?> list) {
                list.forEach(item -> ((Tally.Item) item).deliver());
            }
        } catch (IllegalArgumentException | IllegalStateException | NoSuchElementException expected) {
            over = true;
        }
    }

    void cancelFuture() {
        if (!over) {
            over = true;
            future.cancel();
        }
    }
}
