package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Droppable;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;

/** A lock, permit or room that a task was given and never got to see is free again. */
class LostGuardsTest {

    /** Something that one task can have at a time. */
    private record Kind(String name, Function<Boolean, Future<? extends Droppable>> made) {

        static Kind of(String name, Future<? extends Droppable> first, Future<? extends Droppable> second) {
            return new Kind(name, isFirst -> isFirst ? first : second);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Kind> kinds() {
        AsyncMutex mutex = new AsyncMutex();
        AsyncMutex tracedMutex = AsyncMutex.traced("lock");
        AsyncSemaphore one = new AsyncSemaphore(1);
        AsyncSemaphore tracedOne = AsyncSemaphore.traced("semaphore", 1);
        AsyncSemaphore three = new AsyncSemaphore(3);
        AsyncRwLock read = new AsyncRwLock();
        AsyncRwLock written = new AsyncRwLock();
        Sender<String> sender = Mpsc.<String>bounded(1).sender();
        return Stream.of(
                Kind.of("mutex", mutex.lock(), mutex.lock()),
                Kind.of("traced mutex", tracedMutex.lock(), tracedMutex.lock()),
                Kind.of("semaphore", one.acquire(), one.acquire()),
                Kind.of("traced semaphore", tracedOne.acquire(), tracedOne.acquire()),
                Kind.of("all permits", three.acquire(3), three.acquire(1)),
                Kind.of("read lock", read.read(), read.write()),
                Kind.of("write lock", written.write(), written.read()),
                Kind.of("room", sender.reserve(), sender.reserve()));
    }

    /** Waits for a guard and for something else. */
    private record Wait(String name, BiFunction<Future<? extends Droppable>, Future<Droppable>, Future<?>> made) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Wait> waits() {
        return Stream.of(
                new Wait("join", (guard, other) -> Futures.join(guard, other, List::of)),
                new Wait("joinAll", (guard, other) -> Futures.joinAll(List.of(guard, other))),
                new Wait(
                        "zip",
                        (guard, other) -> AsyncStreams.zip(AsyncStreams.once(guard), AsyncStreams.once(other), List::of)
                                .forEach(got -> {})),
                new Wait("toList", (guard, other) -> both(guard, other).toList()),
                new Wait(
                        "chunks", (guard, other) -> both(guard, other).chunks(2).forEach(got -> {})));
    }

    private static AsyncStream<Droppable> both(Future<? extends Droppable> guard, Future<Droppable> other) {
        return AsyncStreams.concat(AsyncStreams.once(guard.map(got -> (Droppable) got)), AsyncStreams.once(other));
    }

    static Stream<Arguments> cases() {
        return waits().flatMap(wait -> kinds().map(kind -> Arguments.of(kind, wait)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isFreeAfterACancellation(Kind kind, Wait wait) {
        try (LocalPool pool = new LocalPool()) {
            JoinHandle<?> loser = pool.spawn(wait.made.apply(kind.made.apply(true), new Promise<Droppable>().future()));
            JoinHandle<?> next = pool.spawn(kind.made.apply(false));
            pool.runUntilStalled();
            assertThat(next.isDone()).isFalse();
            loser.cancel();
            pool.runUntilStalled();
            assertThat(next.isDone()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isFreeAfterAnotherFailure(Kind kind, Wait wait) {
        Promise<Droppable> other = new Promise<>();
        try (LocalPool pool = new LocalPool()) {
            JoinHandle<?> loser = pool.spawn(wait.made.apply(kind.made.apply(true), other.future()));
            JoinHandle<?> next = pool.spawn(kind.made.apply(false));
            pool.runUntilStalled();
            assertThat(next.isDone()).isFalse();
            other.fail(new IllegalStateException("the other failed"));
            pool.runUntilStalled();
            assertThat(loser.isDone()).isTrue();
            assertThat(next.isDone())
                    .isEqualTo(!wait.name.equals("chunks")); // which delivers what was before the failure
        }
    }
}
