package pollux.executor;

import java.util.concurrent.atomic.AtomicInteger;
import pollux.concurrency.Race;

/** A task is polled while two threads publish something and wake it. */
class TaskWordRace extends Race {

    @Override
    public void run() {
        Work work = new Work(word());
        together(new Run(work), new Publish(work), new Publish(work));
        require(!work.overlapped, "two threads polled at once");
        require(work.seen == 2, "a wake-up was lost");
    }

    Word word() {
        return new Word();
    }

    /** The state word of core, which is born owing a queue entry. */
    static class Word extends BareTask {

        /** Returns whether the caller has to queue the task. */
        boolean wake() {
            return toNotified();
        }

        /** Returns whether the caller may poll. */
        boolean begin() {
            return toRunning() == Entry.POLL;
        }

        /** Returns whether the caller has to queue the task. */
        boolean end() {
            return toIdle(false) == Rest.REQUEUE;
        }
    }

    /** A task whose queue is run by the thread that puts something into it. */
    private static final class Work {
        private final Word word;
        private final AtomicInteger published = new AtomicInteger();
        private final AtomicInteger polling = new AtomicInteger();
        private volatile boolean overlapped;
        private volatile int seen;

        Work(Word word) {
            this.word = word;
        }

        void runEntry() {
            boolean queued = true;
            while (queued && word.begin()) {
                overlapped |= polling.incrementAndGet() != 1;
                seen = published.get();
                polling.decrementAndGet();
                queued = word.end();
            }
        }
    }

    private static final class Run implements Runnable {
        private final Work work;

        Run(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            work.runEntry();
        }
    }

    private static final class Publish implements Runnable {
        private final Work work;

        Publish(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            work.published.incrementAndGet();
            if (work.word.wake()) {
                work.runEntry();
            }
        }
    }

    /** Canary: the flag that a wake-up sets is cleared after the poll, with what came during it. */
    static final class ClearedAfterPoll extends TaskWordRace {
        @Override
        Word word() {
            return new Word() {
                private final AtomicInteger notified = new AtomicInteger(1);
                private final AtomicInteger running = new AtomicInteger();

                @Override
                boolean wake() {
                    return notified.getAndSet(1) == 0;
                }

                @Override
                boolean begin() {
                    return running.compareAndSet(0, 1);
                }

                @Override
                boolean end() {
                    notified.set(0);
                    running.set(0);
                    return false;
                }
            };
        }
    }
}
