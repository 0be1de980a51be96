package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Garbage;
import pollux.doubles.HandTask;
import pollux.future.Context;
import pollux.future.Future;

/** What every future of this package does alike, whatever it waits for. */
@Timeout(120)
class LeafContractTest {

    /**
     * A future that waits, and what makes it ready.
     *
     * @param value what it ends with; null where every call makes a new object
     */
    private record Leaf(String name, Future<?> future, Runnable event, Object value) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Leaf> leaves() {
        List<Supplier<Leaf>> recipes = List.of(
                () -> {
                    Promise<String> promise = new Promise<>();
                    return new Leaf("Promise", promise.future(), () -> promise.complete("v"), "v");
                },
                () -> {
                    Promise<String> promise = new Promise<>();
                    Future<String> reader = promise.future();
                    return new Leaf("Promise.cancelled", promise.cancelled(), reader::cancel, null);
                },
                () -> {
                    Notify notify = new Notify();
                    return new Leaf("Notify, one", notify.notified(), notify::notifyOne, null);
                },
                () -> {
                    Notify notify = new Notify();
                    return new Leaf("Notify, waiters", notify.notified(), notify::notifyWaiters, null);
                },
                () -> {
                    Mpsc<String> channel = Mpsc.bounded(1);
                    return new Leaf(
                            "receive",
                            channel.receiver().receive(),
                            () -> channel.sender().trySend("v"),
                            "v");
                },
                () -> {
                    Mpsc<String> channel = Mpsc.unbounded();
                    return new Leaf("receive, end", channel.receiver().receive(), channel.sender()::close, null);
                },
                () -> {
                    Mpsc<String> channel = Mpsc.bounded(1);
                    Future<Integer> many = channel.receiver().receiveMany(new ArrayList<>(), 8);
                    return new Leaf("receiveMany", many, () -> channel.sender().trySend("v"), 1);
                },
                () -> {
                    Mpsc<String> channel = full();
                    return new Leaf("send", channel.sender().send("v"), channel.receiver()::tryReceive, null);
                },
                () -> {
                    Mpsc<String> channel = full();
                    return new Leaf("reserve", channel.sender().reserve(), channel.receiver()::tryReceive, null);
                },
                () -> {
                    Mpsc<String> channel = Mpsc.bounded(1);
                    Future<Void> closed = channel.sender().receiverClosed();
                    return new Leaf("receiverClosed", closed, channel.receiver()::close, null);
                },
                () -> {
                    Broadcast<String> channel = Broadcast.bounded(1);
                    return new Leaf("broadcast", channel.subscribe().receive(), () -> channel.send("v"), "v");
                },
                () -> {
                    Watch<String> watch = new Watch<>("u");
                    return new Leaf("watch", watch.watcher().changed(), () -> watch.set("v"), "v");
                },
                () -> {
                    AsyncSemaphore semaphore = new AsyncSemaphore(0);
                    return new Leaf("semaphore", semaphore.acquire(2), () -> semaphore.addPermits(2), null);
                },
                () -> {
                    AsyncMutex mutex = new AsyncMutex();
                    return new Leaf("mutex", mutex.lock(), mutex.tryLock()::close, null);
                },
                () -> {
                    AsyncRwLock lock = new AsyncRwLock();
                    return new Leaf("read", lock.read(), lock.tryWrite()::close, null);
                },
                () -> {
                    AsyncRwLock lock = new AsyncRwLock();
                    return new Leaf("write", lock.write(), lock.tryRead()::close, null);
                },
                () -> {
                    CancelToken token = new CancelToken();
                    return new Leaf("cancelled", token.cancelled(), token::cancel, null);
                },
                () -> {
                    CancelToken root = new CancelToken();
                    return new Leaf("cancelled from above", root.child().child().cancelled(), root::cancel, null);
                },
                () -> {
                    Barrier barrier = new Barrier(2);
                    Future<Boolean> last = barrier.arrive();
                    return new Leaf("barrier", barrier.arrive(), () -> new HandTask().poll(last), false);
                });
        return recipes.stream().map(Supplier::get);
    }

    private static Mpsc<String> full() {
        Mpsc<String> channel = Mpsc.bounded(1);
        channel.sender().trySend("first");
        return channel;
    }

    private final HandTask task = new HandTask();

    @ParameterizedTest
    @MethodSource("leaves")
    void itsEventWakesItOnceAndEndsIt(Leaf leaf) {
        task.waiting(leaf.future);
        task.waiting(leaf.future);
        assertThat(task.wakes()).isZero();
        leaf.event.run();
        assertThat(task.wakes()).isOne();
        Object value = task.value(leaf.future);
        if (leaf.value != null) {
            assertThat(value).isEqualTo(leaf.value);
        }
        assertThat(task.wakes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void onlyTheWakerOfTheLatestPollIsWoken(Leaf leaf) {
        HandTask former = new HandTask();
        former.waiting(leaf.future);
        task.waiting(leaf.future);
        leaf.event.run();
        assertThat(former.wakes()).isZero();
        assertThat(task.wakes()).isOne();
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void polledAfterItsEndItSaysSo(Leaf leaf) {
        task.waiting(leaf.future);
        leaf.event.run();
        task.value(leaf.future);
        assertThatThrownBy(() -> task.poll(leaf.future))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("polled after its end: ")
                .hasMessageContaining("A future runs once: keep its value in a variable");
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void aReadyAnswerSpendsOne(Leaf leaf) {
        task.waiting(leaf.future);
        leaf.event.run();
        task.value(leaf.future);
        assertThat(task.spendRest()).isEqualTo(Context.BUDGET - 1);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void withoutBudgetItYieldsAndLosesNothing(Leaf leaf) {
        task.waiting(leaf.future);
        leaf.event.run();
        task.wakes();
        assertThat(task.pollBroke(leaf.future)).isSameAs(HandTask.PENDING);
        assertThat(task.wakes()).isOne();
        task.value(leaf.future);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void cancelledItIsNotWokenAnyMore(Leaf leaf) {
        task.waiting(leaf.future);
        assertThat(leaf.future.cancel()).isTrue();
        leaf.event.run();
        assertThat(task.wakes()).isZero();
        assertThatThrownBy(() -> task.poll(leaf.future)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void cancelledAfterItsEventAndBeforeThePollItIsReleased(Leaf leaf) {
        task.waiting(leaf.future);
        leaf.event.run();
        assertThat(leaf.future.cancel()).isTrue();
        assertThatThrownBy(() -> task.poll(leaf.future)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void cancelledBeforeItsFirstPollItHasDoneNothing(Leaf leaf) {
        assertThat(leaf.future.cancel()).isTrue();
        leaf.event.run();
        assertThat(task.wakes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void endedItLetsGoOfItsWaker(Leaf leaf) {
        WeakReference<?> waker = polledBySomebody(leaf);
        leaf.event.run();
        task.value(leaf.future);
        assertLetGo(waker, leaf);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void cancelledItLetsGoOfItsWaker(Leaf leaf) {
        WeakReference<?> waker = polledBySomebody(leaf);
        leaf.future.cancel();
        assertLetGo(waker, leaf);
    }

    private static WeakReference<?> polledBySomebody(Leaf leaf) {
        HandTask task = new HandTask();
        task.waiting(leaf.future);
        return new WeakReference<>(task);
    }

    private static void assertLetGo(WeakReference<?> waker, Leaf leaf) {
        Garbage.awaitCollected(waker);
        Reference.reachabilityFence(leaf); // and with it all that it waited for
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void itHasAName(Leaf leaf) {
        assertThat(leaf.future.toString()).doesNotContain("@").isNotBlank();
    }
}
