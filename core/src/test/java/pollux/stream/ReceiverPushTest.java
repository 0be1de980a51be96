package pollux.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.reactive.ReactiveStreams;
import pollux.sync.Mpsc;
import pollux.sync.Sender;

/** A channel as a stream hands several items on in one poll. */
@Timeout(120)
class ReceiverPushTest {

    /** Takes what is pushed while there is demand. */
    private static final class HandSink implements RawStream.Sink<Integer> {

        final List<Integer> pushed = new ArrayList<>();
        Consumer<Integer> onPush = item -> {};
        long demand;
        boolean open = true;

        HandSink(long demand) {
            this.demand = demand;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public boolean wants() {
            return open && demand > 0;
        }

        @Override
        public void push(Integer item) {
            demand--;
            pushed.add(item);
            onPush.accept(item);
        }
    }

    private final Mpsc<Integer> channel = Mpsc.bounded(300);
    private final RawStream<Integer> stream = (RawStream<Integer>) AsyncStreams.from(channel.receiver());

    private static Context context() {
        return new Context(Waker.noop(), Services.NONE);
    }

    private void fill(int items) {
        for (int i = 0; i < items; i++) {
            assertThat(channel.sender().trySend(i)).isTrue();
        }
    }

    /** Items in the channel, demand, items pushed, the answer: an item, or -1 for pending. */
    @ParameterizedTest
    @CsvSource({"0,1,0,-1", "0,5,0,-1", "5,1,1,-1", "5,2,2,-1", "5,5,5,-1", "5,6,5,-1", "5,1000,5,-1", "300,1000,128,-1"
    })
    void pushesTheDemandWithinTheBudget(int items, long demand, int pushed, int answer) {
        fill(items);
        HandSink sink = new HandSink(demand);
        Object found = stream.pollInto(context(), sink);
        assertThat(found).isEqualTo(answer < 0 ? RawFuture.PENDING : answer);
        assertThat(sink.pushed).hasSize(pushed).isSorted().doesNotHaveDuplicates();
        int rest = 0;
        while (channel.receiver().tryReceive() != null) {
            rest++;
        }
        assertThat(rest).isEqualTo(items - pushed - (answer < 0 ? 0 : 1));
    }

    @Test
    void theEndComesBehindTheItems() {
        fill(3);
        channel.sender().close();
        HandSink sink = new HandSink(10);
        assertThat(stream.pollInto(context(), sink)).isNull();
        assertThat(sink.pushed).containsExactly(0, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void theEndNeedsNoDemand(long demand) {
        fill(3);
        channel.sender().close();
        HandSink sink = new HandSink(demand);
        assertThat(stream.pollInto(context(), sink)).isNull();
        assertThat(sink.pushed).containsExactly(0, 1, 2);
    }

    @Test
    void withoutDemandTheEndWakesThePoller() {
        fill(2);
        HandSink sink = new HandSink(2);
        List<String> woken = new ArrayList<>();
        assertThat(stream.pollInto(new Context(() -> woken.add("woken"), Services.NONE), sink))
                .isSameAs(RawFuture.PENDING);
        channel.sender().close();
        assertThat(woken).containsExactly("woken");
    }

    @Test
    void afterACancelNothingIsTaken() {
        fill(5);
        HandSink sink = new HandSink(10);
        sink.onPush = item -> sink.open = item < 1;
        assertThat(stream.pollInto(context(), sink)).isSameAs(RawFuture.PENDING);
        assertThat(sink.pushed).containsExactly(0, 1);
        assertThat(channel.receiver().tryReceive()).isEqualTo(2);
    }

    @Test
    void aSenderThatWaitsIsServedBeforeTheNextItem() {
        Mpsc<Integer> narrow = Mpsc.bounded(1);
        narrow.sender().trySend(0);
        List<Integer> woken = new ArrayList<>();
        Future<Void> waiting = narrow.sender().send(1);
        HandSink sink = new HandSink(10);
        assertThat(RawFuture.pollAny(waiting, new Context(() -> woken.add(sink.pushed.size()), Services.NONE)))
                .isSameAs(RawFuture.PENDING);
        ((RawStream<Integer>) AsyncStreams.from(narrow.receiver())).pollInto(context(), sink);
        assertThat(woken).containsExactly(0); // before the item was handed on
    }

    @Test
    void whileAnotherPartyWaitsNothingIsTaken() {
        Future<Integer> receive = channel.receiver().receive();
        assertThat(RawFuture.pollAny(receive, context())).isSameAs(RawFuture.PENDING);
        fill(1);
        assertThatThrownBy(() -> stream.pollInto(context(), new HandSink(10)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one task at a time");
        assertThat(RawFuture.pollAny(receive, context())).isEqualTo(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 64, Long.MAX_VALUE})
    void allItemsOfTwoSendersArriveInTheirOrder(long batch) throws Exception {
        int each = 2_000;
        Mpsc<Integer> narrow = Mpsc.bounded(3);
        List<Integer> got = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            ReactiveStreams.on(pool)
                    .publisher(AsyncStreams.from(narrow.receiver()))
                    .subscribe(new Batches(batch, got, end));
            for (int t = 0; t < 2; t++) {
                int first = t;
                Sender<Integer> sender =
                        t == 0 ? narrow.sender() : narrow.sender().copy();
                threads.add(new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        Pollux.blockOn(sender.send(2 * i + first));
                    }
                    sender.close();
                }));
            }
            threads.forEach(Thread::start);
            end.await();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int t = 0; t < 2; t++) {
            int which = t;
            assertThat(got.stream().filter(item -> item % 2 == which))
                    .hasSize(each)
                    .isSorted();
        }
    }

    /** Asks for so many items at a time. */
    private record Batches(long batch, List<Integer> got, CountDownLatch end, Subscription[] upstream)
            implements Subscriber<Integer> {

        Batches(long batch, List<Integer> got, CountDownLatch end) {
            this(batch, got, end, new Subscription[1]);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream[0] = subscription;
            subscription.request(batch);
        }

        @Override
        public void onNext(Integer item) {
            got.add(item);
            if (got.size() % batch == 0) {
                upstream[0].request(batch);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end.countDown();
        }

        @Override
        public void onComplete() {
            end.countDown();
        }
    }
}
