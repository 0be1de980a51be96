package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.debug.Dump;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Services;

/** What a dump shows of runs that belong to no pool. */
@Timeout(120)
class InlineRunsTest {

    private static final class Waiting extends InlinePoll {

        private final String name;
        private boolean ends;

        Waiting(String name) {
            this.name = "waits-" + name + ".";
        }

        Waiting begun() {
            begin(Services.NONE);
            return this;
        }

        void end() {
            ends = true;
            wake();
        }

        @Override
        protected boolean runOnce(Context cx) {
            return ends;
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name(name);
        }
    }

    private static String[] names(List<Waiting> runs) {
        return runs.stream().map(run -> run.name).toArray(String[]::new);
    }

    @Test
    void ofOneThreadAllAreShownAndThoseThatHaveEndedAreNot() {
        List<Waiting> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Waiting ended = new Waiting("ended-" + i).begun();
            waiting.add(new Waiting("one-" + i).begun()); // the canary: without isFree() only the last one is shown
            ended.end();
            waiting.add(new Waiting("other-" + i).begun());
        }
        assertThat(Dump.ofEverything().toString()).contains(names(waiting)).doesNotContain("waits-ended-");
        waiting.forEach(Waiting::end);
        assertThat(Dump.ofEverything().toString()).doesNotContain(names(waiting));
    }

    @Test
    void ofTwoThreadsThatLookAtTheSamePlacesAllAreShown() throws Exception {
        int rounds = 300;
        int runs = 6; // of both threads, with what other tests have left, fewer than places are looked at
        Waiting[][] made = new Waiting[2][runs];
        CyclicBarrier turn = new CyclicBarrier(3);
        Thread[] threads = new Thread[2];
        for (int t = 0; t < 2; t++) {
            Waiting[] own = made[t];
            Callable<Object> code = () -> {
                for (int round = 0; round < rounds; round++) {
                    turn.await();
                    for (int i = 0; i < runs; i++) {
                        own[i] = new Waiting(Thread.currentThread().getId() + "-" + round + "-" + i).begun();
                    }
                    turn.await();
                }
                return "done";
            };
            do { // the counters are those of 64 stripes
                threads[t] = new Thread(new FutureTask<>(code));
            } while (t == 1 && (threads[1].getId() - threads[0].getId()) % 64 != 0);
        }
        threads[0].start();
        threads[1].start();
        for (int round = 0; round < rounds; round++) {
            turn.await();
            turn.await();
            List<Waiting> waiting = Arrays.stream(made).flatMap(Arrays::stream).toList();
            assertThat(Dump.ofEverything().toString()).contains(names(waiting));
            waiting.forEach(Waiting::end);
        }
        threads[0].join();
        threads[1].join();
    }

    @Test
    void aRunThatIsForgottenIsNotKept() throws Exception {
        ReferenceQueue<Waiting> collected = new ReferenceQueue<>();
        List<WeakReference<Waiting>> forgotten = new ArrayList<>();
        for (int i = 0; i < 3; i++) { // the first one has the place of the thread
            forgotten.add(new WeakReference<>(new Waiting("forgotten-" + i).begun(), collected));
        }
        for (int i = 0; i < forgotten.size(); ) {
            System.gc();
            if (collected.remove(100) != null) {
                i++;
            }
        }
        assertThat(Dump.ofEverything().toString()).doesNotContain("waits-forgotten-");
    }
}
