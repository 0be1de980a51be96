package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;

@Timeout(120)
class AsyncRwLockTest {

    private final AsyncRwLock lock = new AsyncRwLock();
    private final HandTask task = new HandTask();

    @Test
    void manyReadOrOneWrites() {
        AsyncRwLock.Guard first = task.value(lock.read());
        AsyncRwLock.Guard second = lock.tryRead();
        assertThat(lock).hasToString("AsyncRwLock[2 readers, 0 waiting]");
        assertThat(lock.tryWrite()).isNull();
        Future<AsyncRwLock.Guard> writer = task.waiting(lock.write());
        first.close();
        first.close();
        task.waiting(writer);
        second.close();
        try (AsyncRwLock.Guard writing = task.value(writer)) {
            assertThat(writing).hasToString("Guard[writes]");
            assertThat(lock.tryRead()).isNull();
            assertThat(lock.tryWrite()).isNull();
            assertThat(lock).hasToString("AsyncRwLock[a writer, 0 waiting]");
        }
        assertThat(lock).hasToString("AsyncRwLock[free, 0 waiting]");
    }

    @Test
    void readersDoNotOvertakeAWaitingWriter() {
        AsyncRwLock.Guard reading = task.value(lock.read());
        Future<AsyncRwLock.Guard> writer = task.waiting(lock.write());
        Future<AsyncRwLock.Guard> reader = task.waiting(lock.read());
        assertThat(lock.tryRead()).isNull();
        reading.close();
        AsyncRwLock.Guard writing = task.value(writer);
        task.waiting(reader);
        writing.close();
        task.value(reader);
    }

    @Test
    void readersBehindAWriterThatGivesUpGoOn() {
        task.value(lock.read());
        Future<AsyncRwLock.Guard> writer = task.waiting(lock.write());
        HandTask other = new HandTask();
        Future<AsyncRwLock.Guard> reader = other.waiting(lock.read());
        assertThat(writer.cancel()).isTrue();
        assertThat(other.wakes()).isOne();
        other.value(reader);
    }

    @Test
    void aLockThatWasGrantedToOneThatGivesUpGoesOn() {
        AsyncRwLock.Guard writing = lock.tryWrite();
        Future<AsyncRwLock.Guard> next = task.waiting(lock.write());
        writing.close();
        next.cancel();
        assertThat(lock.tryWrite()).isNotNull();
    }

    /** Writers add to two numbers with a yield in between; readers compare them. */
    private static long differences() {
        AsyncRwLock lock = new AsyncRwLock();
        long[] left = {0};
        long[] right = {0};
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            List<JoinHandle<Long>> readers = new ArrayList<>();
            List<JoinHandle<Long>> writers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                writers.add(pool.spawn(guarded(lock.write(), () -> {
                    left[0]++;
                    return Futures.yieldNow().map(nothing -> {
                        right[0]++;
                        return 0L;
                    });
                })));
                readers.add(pool.spawn(guarded(lock.read(), () -> Futures.ready(left[0] - right[0]))));
            }
            long differences = 0;
            for (JoinHandle<Long> reader : readers) {
                differences += reader.toCompletableFuture().join() == 0 ? 0 : 1;
            }
            writers.forEach(writer -> writer.toCompletableFuture().join());
            return differences + Math.abs(left[0] - 200);
        }
    }

    private static Future<Long> guarded(
            Future<AsyncRwLock.Guard> lock, java.util.function.Supplier<Future<Long>> body) {
        return lock.then(guard -> body.get().map(result -> {
            if (guard != null) {
                guard.close();
            }
            return result;
        }));
    }

    @Test
    void noReaderSeesAHalfWrittenState() {
        assertThat(differences()).isZero();
    }

    /** The canary: without the lock a writer that has yielded is seen, on one worker already. */
    @Test
    void withoutTheLockAReaderSeesOne() {
        long[] state = {0, 0};
        Future<Long> writer = guarded(Futures.ready(null), () -> {
            state[0]++;
            return Futures.yieldNow().map(nothing -> ++state[1]);
        });
        task.waiting(writer);
        assertThat(task.value(guarded(Futures.ready(null), () -> Futures.ready(state[0] - state[1]))))
                .isOne();
    }
}
