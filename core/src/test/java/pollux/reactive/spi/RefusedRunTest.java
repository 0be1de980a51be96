package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;

/**
 * An executor that refuses to run a task, at its start or at a wake: the subscriber and the handle hear of it, with the
 * cause.
 */
@Timeout(120)
class RefusedRunTest {

    private static final class Bounded implements Executor {

        final Deque<Runnable> queue = new ArrayDeque<>();

        @Nullable
        RuntimeException refusal;

        @Override
        public void execute(Runnable command) {
            if (refusal != null) {
                throw refusal;
            }
            queue.add(command);
        }

        void run() {
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
            }
        }
    }

    private enum Kind {
        FUTURE {
            @Override
            SubscriptionFactory<String> source(Promise<String> promise) {
                return SubscriptionFactory.future(promise.future(), "another");
            }
        },
        FUTURES {
            @Override
            SubscriptionFactory<String> source(Promise<String> promise) {
                return SubscriptionFactory.futures(promise::future);
            }
        },
        STREAM {
            @Override
            SubscriptionFactory<String> source(Promise<String> promise) {
                return SubscriptionFactory.stream(AsyncStreams.once(promise.future()), "another");
            }
        },
        ALL {
            @Override
            SubscriptionFactory<String> source(Promise<String> promise) {
                return SubscriptionFactory.all(List.of(promise.future()), 1, true, "another");
            }
        };

        abstract SubscriptionFactory<String> source(Promise<String> promise);
    }

    private static final List<RuntimeException> REFUSALS =
            List.of(new RejectedExecutionException("full"), new IllegalStateException("full"));

    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (RuntimeException refusal : REFUSALS) {
                all.add(Arguments.of(kind, refusal));
            }
        }
        return all.stream();
    }

    private final Bounded bounded = new Bounded();
    private final Promise<String> promise = new Promise<>();
    private final RecordingPeer peer = new RecordingPeer();
    private final RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(1);

    private void assertRefused(Throwable refusal) {
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error)
                .isInstanceOf(RejectedExecutionException.class)
                .hasCause(refusal);
        assertThat(peer.dropped).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void atTheStart(Kind kind, RuntimeException refusal) {
        bounded.refusal = refusal;
        kind.source(promise).subscribe(subscriber, peer, Spawner.on(bounded));
        assertRefused(refusal);
        assertThat(promise.isCancelled()).isEqualTo(kind != Kind.ALL); // which starts a future when it is asked for
    }

    @ParameterizedTest
    @MethodSource("all")
    void atAWake(Kind kind, RuntimeException refusal) {
        kind.source(promise).subscribe(subscriber, peer, Spawner.on(bounded));
        bounded.run();
        assertThat(subscriber.signals).containsExactly("subscribed");
        bounded.refusal = refusal;
        subscriber.subscription.request(1); // each of them is woken by that, or by the value
        promise.complete("late");
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error)
                .isInstanceOf(RejectedExecutionException.class)
                .hasCause(refusal);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theHandleTellsTheRefusalItself(Kind kind, RuntimeException refusal) {
        JoinHandle<String> handle = Spawner.on(bounded).spawn(promise.future());
        bounded.run();
        bounded.refusal = refusal;
        promise.complete("late");
        assertThatThrownBy(() -> handle.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCause(refusal);
    }

    /** A clean-up that is suspended when the executor refuses is seen through by the threads that wake it. */
    @Test
    void aSuspendedCleanUpIsSeenThrough() {
        List<String> log = new ArrayList<>();
        Waker[] kept = new Waker[1];
        boolean[] ready = new boolean[1];
        JoinHandle<Void> handle = Spawner.on(bounded).spawn(new RawFuture<>() {
            @Override
            public @Nullable Object pollRaw(Context cx) {
                kept[0] = cx.waker();
                log.add("polled");
                return ready[0] ? null : PENDING;
            }

            @Override
            public boolean cancel() {
                log.add("cancelled");
                return false;
            }
        });
        bounded.run();
        handle.cancel();
        bounded.run();
        assertThat(log).containsExactly("polled", "cancelled", "polled");
        bounded.refusal = new RejectedExecutionException("full");
        kept[0].wake();
        assertThat(handle.isDone()).isTrue();
        ready[0] = true;
        kept[0].wake();
        assertThat(log).containsExactly("polled", "cancelled", "polled", "polled", "polled");
    }
}
