package pollux.tck.leaks;

import io.reactivex.rxjava3.core.FlowableSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.stream.RawStream;
import pollux.sync.AtomicWaker;
import pollux.tck.Elements;
import pollux.tck.TckEnvironment;
import pollux.tck.matrix.Row;
import reactor.core.CoreSubscriber;

/**
 * One life of a bridge: everything that takes part is watched, and what an application may go on holding is returned.
 */
final class Scene {

    /** How it ends. */
    enum Ending {
        COMPLETION,
        FAILURE,
        CANCELLATION,
        CANCELLATION_AT_ONCE;

        boolean isCancellation() {
            return this == CANCELLATION || this == CANCELLATION_AT_ONCE;
        }
    }

    /** Who polls; for a conversion out of Pollux, who brings the items. */
    enum Way {
        /** The thread that signals. */
        HERE,
        /** A worker of a pool. */
        ELSEWHERE,
        /** No thread until the publisher has signalled, so that items wait in the bridge. */
        LATER
    }

    private static final int ITEMS = 3;

    private final Row row;
    private final Ending ending;
    private final Way way;
    private final Watch watch;

    Scene(Row row, Ending ending, Way way, Watch watch) {
        this.row = row;
        this.ending = ending;
        this.way = way;
        this.watch = watch;
    }

    List<Object> play() throws Exception {
        return row.isOutbound() ? out() : in();
    }

    private long items() {
        return ending == Ending.CANCELLATION_AT_ONCE ? 0 : Math.min(ITEMS, row.mostItems());
    }

    // ------------------------------------------------------------------ into Pollux

    private List<Object> in() throws Exception {
        try (LocalPool local = new LocalPool()) {
            Spawner spawner = switch (way) {
                case HERE -> Spawner.inline();
                case ELSEWHERE -> TckEnvironment.POOL;
                case LATER -> local;
            };
            Upstream upstream = watch.on("the publisher", new Upstream());
            Object captured = watch.on("what the task holds", new Object());
            Future<?> task = row.await(upstream).map(value -> captured.hashCode() == 0 ? captured : null);
            JoinHandle<?> handle = spawner.spawn(watch.on("the task", task));
            local.runUntilStalled();
            upstream.signal(local);
            if (ending.isCancellation()) {
                handle.cancel();
            }
            local.runUntilStalled();
            try {
                handle.toCompletableFuture().get(60, TimeUnit.SECONDS);
            } catch (ExecutionException | CancellationException expected) {
                // any end will do
            }
            return row.isDirect() ? List.of(handle, upstream.subscriber) : List.of(handle);
        }
    }

    /** Signals when it is told to, as many items as were requested. */
    private final class Upstream implements Publisher<Integer> {

        private final Semaphore requested = new Semaphore(0);
        private volatile @Nullable Subscriber<? super Integer> subscriber;

        @Override
        public void subscribe(Subscriber<? super Integer> s) {
            subscriber = s;
            s.onSubscribe(watch.on("the subscription", new Subscription() {
                @Override
                public void request(long n) {
                    requested.release((int) Math.min(n, ITEMS));
                }

                @Override
                public void cancel() {}
            }));
        }

        void signal(LocalPool local) throws InterruptedException {
            awaitRequest(local);
            for (long i = 0; i < items(); i++) {
                if (i > 0) {
                    awaitRequest(local);
                }
                subscriber.onNext(watch.number());
            }
            if (ending == Ending.COMPLETION) {
                subscriber.onComplete();
            } else if (ending == Ending.FAILURE) {
                subscriber.onError(Elements.failure());
            }
        }

        private void awaitRequest(LocalPool local) throws InterruptedException {
            if (!requested.tryAcquire()) {
                local.runUntilStalled();
                if (!requested.tryAcquire(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("no request");
                }
            }
        }
    }

    // ------------------------------------------------------------------ out of Pollux

    private List<Object> out() throws Exception {
        boolean goesOn =
                row.name.endsWith("(handle)") && ending.isCancellation() && items() == 0; // the task is only left
        Publisher<?> publisher = row.publish(() -> {
            Items source = new Items(items(), ending);
            return goesOn ? source : watch.on("the source", source);
        });
        Downstream downstream = watch.on("the subscriber", new Downstream(items() == 0 ? 0 : 1));
        publisher.subscribe(downstream);
        Subscription subscription = downstream.play(ending);
        List<Object> kept = new ArrayList<>();
        if (row.isDirect()) {
            kept.add(subscription); // elsewhere it is RxJava's
        }
        if (!row.name.contains("handle")) {
            kept.add(publisher); // a task that many join keeps its value
        }
        return kept;
    }

    private final class Items extends RawStream<Integer> {

        private final AtomicWaker waker = new AtomicWaker();
        private final boolean ends;
        private final boolean fails;
        private volatile boolean arrived = way == Way.HERE;
        private boolean called;
        private long left;

        Items(long count, Ending ending) {
            left = count;
            ends = !ending.isCancellation();
            fails = ending == Ending.FAILURE;
        }

        @Override
        public @Nullable Object pollNextRaw(Context cx) {
            waker.register(cx.waker());
            if (row.name.contains("pool")) {
                watch.on("the task", cx.waker());
            }
            if (!called) {
                called = true;
                if (way != Way.HERE) {
                    TckEnvironment.POOL.execute(() -> {
                        arrived = true;
                        waker.wake();
                    });
                }
            }
            if (!arrived || left == 0 && !ends) {
                return PENDING;
            }
            if (left > 0) {
                left--;
                return watch.number();
            }
            if (fails) {
                throw Elements.failure();
            }
            return null;
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }

    /**
     * Asks for one item, and for the rest when that is there. Of the kind of every library, so that none puts its own
     * in front.
     */
    private static final class Downstream implements CoreSubscriber<Object>, FlowableSubscriber<Object> {

        private final CountDownLatch begun;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Subscription subscription;

        Downstream(int itemsBeforeTheEnd) {
            begun = new CountDownLatch(itemsBeforeTheEnd);
        }

        Subscription play(Ending ending) throws InterruptedException {
            Subscription to = subscription;
            if (ending == Ending.CANCELLATION_AT_ONCE) {
                to.cancel();
                return to;
            }
            to.request(1);
            if (!begun.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("no item");
            }
            if (ending == Ending.CANCELLATION) {
                to.cancel();
                return to;
            }
            to.request(Long.MAX_VALUE);
            if (!ended.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("no end");
            }
            return to;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
        }

        @Override
        public void onNext(Object item) {
            begun.countDown();
        }

        @Override
        public void onError(Throwable error) {
            begun.countDown();
            ended.countDown();
        }

        @Override
        public void onComplete() {
            begun.countDown();
            ended.countDown();
        }
    }
}
