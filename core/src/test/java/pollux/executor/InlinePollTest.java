package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.Pollux;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;

@Timeout(120)
class InlinePollTest {

    /** Polls what it is given, and counts. */
    private static final class Run extends InlinePoll {

        final AtomicInteger polls = new AtomicInteger();
        private final Predicate<Context> poll;

        Run(Predicate<Context> poll) {
            this.poll = poll;
        }

        Run begun() {
            begin(Services.NONE);
            return this;
        }

        /** Begins, and counts if the thread is as it was before. */
        void begunAndLeft(AtomicInteger outside) {
            Spawner before = CurrentTask.executor();
            begin(Services.NONE);
            if (!Trampoline.isPolling() && CurrentTask.services() == null && CurrentTask.executor() == before) {
                outside.incrementAndGet();
            }
        }

        @Override
        protected boolean runOnce(Context cx) {
            polls.incrementAndGet();
            return poll.test(cx);
        }
    }

    @Test
    void pollsWhenBegunAndWheneverWoken() {
        Run run = new Run(cx -> false);
        run.wake();
        assertThat(run.polls).hasValue(0); // dormant
        run.begun();
        assertThat(run.polls).hasValue(1);
        run.wake();
        run.wake();
        assertThat(run.polls).hasValue(3);
    }

    @Test
    void aWakeOfAnExpectedRunIsSeenByAPollAfterIt() throws Exception {
        Run run = new Run(cx -> false);
        run.expect();
        run.wake();
        Thread other = new Thread(run::wake);
        other.start();
        other.join();
        assertThat(run.polls).hasValue(0); // it polls where it begins
        run.begun();
        assertThat(run.polls).hasValue(2); // the canary: without expect() it is 1
        run.wake();
        assertThat(run.polls).hasValue(3);
    }

    @Test
    void afterItsEndAWakeDoesNothing() {
        Run run = new Run(cx -> true).begun();
        run.wake();
        assertThat(run.polls).hasValue(1);
    }

    @Test
    void aWakeDuringThePollIsOneMorePoll() {
        int[] left = {3};
        Run[] run = new Run[1];
        run[0] = new Run(cx -> {
            assertThat(cx.waker()).isSameAs(run[0]);
            if (left[0]-- > 0) {
                cx.waker().wake();
                cx.waker().wake();
            }
            return false;
        });
        run[0].begun();
        assertThat(run[0].polls).hasValue(4);
    }

    @Test
    void runsThatWakeEachOtherTakeTurnsAndUseNoStack() {
        int[] left = {100_000};
        List<Run> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            both.add(new Run(cx -> {
                if (left[0]-- > 0 && both.size() == 2) {
                    both.get(other).wake();
                }
                return false;
            }));
        }
        both.get(0).begun();
        both.get(1).begun();
        both.get(0).wake();
        assertThat(left[0]).isLessThanOrEqualTo(0);
    }

    @Test
    void itFindsTheInlineSpawnerAndWhatIsPutAroundIt() {
        Services.Key<String> key = new Services.Key<>("test");
        List<Object> found = new ArrayList<>();
        Run run = new Run(cx -> {
            found.add(cx.get(Spawner.KEY));
            found.add(cx.get(key));
            return true;
        });
        run.begin(Services.NONE.with(key, "around"));
        assertThat(found).containsExactly(Spawner.inline(), "around");
    }

    @Test
    void anExecutorThatHasLeftTheThreadIsNotFoundByLaterPolls() {
        List<Object> found = new ArrayList<>();
        Predicate<Context> look = cx -> found.add(CurrentTask.executor());
        try (LocalPool pool = new LocalPool()) {
            pool.runUntil(new RawFuture<@Nullable Void>() {
                @Override
                public @Nullable Object pollRaw(Context cx) {
                    new Run(look).begun();
                    return null;
                }
            });
            new Run(look).begun();
            assertThat(found).containsExactly(pool, TaskPool.shared());
        }
    }

    @Test
    void blockingInsideIsRefused() {
        new Run(cx -> {
                    assertThatThrownBy(() -> Pollux.blockOn(Futures.pending()))
                            .isInstanceOf(IllegalStateException.class);
                    return true;
                })
                .begun();
        assertThat(Trampoline.isPolling()).isFalse();
    }

    @Test
    void noWakeFromAnotherThreadIsLost() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            AtomicInteger published = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            CountDownLatch end = new CountDownLatch(1);
            Run run = new Run(cx -> {
                seen.set(published.get());
                if (seen.get() == 4) {
                    end.countDown();
                    return true;
                }
                return false;
            });
            Runnable waker = () -> {
                for (int i = 0; i < 2; i++) {
                    published.incrementAndGet();
                    run.wake();
                }
            };
            Thread other = new Thread(waker);
            other.start();
            run.begun();
            waker.run();
            other.join();
            end.await();
        }
    }

    @Test
    void threadsThatShareASlotPollAllTheSame() throws Exception {
        pollOnManyThreads();
    }

    @Test
    void soDoThreadsThatHaveNoPlaceOfTheirOwn() throws Exception {
        while (new Thread(() -> {}).getId() < 1100) {} // from now on numbers are higher than there are places
        pollOnManyThreads();
    }

    private static void pollOnManyThreads() throws Exception {
        CountDownLatch inside = new CountDownLatch(200);
        List<Thread> threads = new ArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger outside = new AtomicInteger();
        for (int i = 0; i < 200; i++) { // more than there are slots
            Thread thread = new Thread(() -> new Run(cx -> {
                        inside.countDown();
                        try {
                            inside.await();
                        } catch (InterruptedException unexpected) {
                            return true;
                        }
                        if (Trampoline.isPolling()) {
                            refused.incrementAndGet();
                        }
                        return true;
                    })
                    .begunAndLeft(outside));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(refused).hasValue(200);
        assertThat(outside).hasValue(200);
    }
}
