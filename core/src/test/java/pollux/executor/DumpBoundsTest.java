package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.time.ManualTime;

/** That a dump is short, true and comes to its end, whatever the objects in it say of themselves. */
@Timeout(180)
class DumpBoundsTest {

    /** Says of itself what it is told to. */
    private static class Saying implements Future<Void> {

        private final String text;

        Saying(String text) {
            this.text = text;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            return Poll.pending();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static String dumpOf(LocalPool pool) {
        pool.runUntilStalled();
        return pool.dump().toString();
    }

    @Test
    void identityHashesDoNotKeepEqualTasksApart() {
        try (LocalPool pool = new LocalPool(new ManualTime())) {
            for (int i = 0; i < 50; i++) {
                pool.spawn(
                        new Saying("call of Client$Lambda/0x00007f" + (10 + i) + "ab@" + Integer.toHexString(7919 * i)
                                + " to [Lcom.acme.Host;@" + Integer.toHexString(104_729 * (i + 1))));
            }
            assertThat(dumpOf(pool)).contains("50 × task").doesNotContain("@");
        }
    }

    @Test
    void mailAddressesStay() {
        try (LocalPool pool = new LocalPool(new ManualTime())) {
            pool.spawn(new Saying("mail to ann@example.org"));
            assertThat(dumpOf(pool)).contains("ann@example.org");
        }
    }

    @Test
    void aToStringThatNeverReturnsHoldsUpNoDump() {
        CountDownLatch release = new CountDownLatch(1);
        try (LocalPool pool = new LocalPool(new ManualTime())) {
            for (int i = 0; i < 20; i++) {
                pool.spawn(new Saying("blocks") {
                    @Override
                    public String toString() {
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return "late";
                    }
                });
            }
            assertThat(dumpOf(pool)).contains("20 × task").contains("its toString does not return");
            release.countDown();
            while (dumpOf(pool).contains("its toString does not return")) {
                Thread.onSpinWait(); // the threads come back, and the text is there again
            }
            assertThat(dumpOf(pool)).contains("late");
        } finally {
            release.countDown();
        }
    }

    @Test
    void aToStringThatThrowsIsNamed() {
        try (LocalPool pool = new LocalPool(new ManualTime())) {
            pool.spawn(new Saying("throws") {
                @Override
                public String toString() {
                    throw new IllegalStateException("no text");
                }
            });
            assertThat(dumpOf(pool)).contains("cannot say more: java.lang.IllegalStateException");
        }
    }

    @Test
    void aTaskThatBlocksItsWorkerShowsWhereItIsNow() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        TaskPool pool = TaskPool.builder().workers(1).build();
        pool.execute(() -> blockHere(inside, release));
        inside.await();
        assertThat(pool.dump().toString()).containsPattern("now at .*");
        assertThat(pool.dump().toJson()).contains("\"detail\":\"now at ");
        release.countDown();
        pool.close();
    }

    private static void blockHere(CountDownLatch inside, CountDownLatch release) {
        inside.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatIsBeyondTheBoundIsCountedOnly() {
        try (LocalPool pool = new LocalPool(new ManualTime())) {
            int tasks = TaskTrees.MOST + 10_000;
            for (int i = 0; i < tasks; i++) {
                pool.spawn(new Gate());
            }
            assertThat(dumpOf(pool)).contains("more, not looked at");
        }
    }
}
