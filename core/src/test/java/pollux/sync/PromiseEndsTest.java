package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.HandTask;
import pollux.executor.Reports;
import pollux.future.Future;
import pollux.future.Waker;

/** Each kind of promise ends in each way at each moment, and a dump, the writer and the reader are told the same. */
@Timeout(120)
class PromiseEndsTest {

    enum Kind {
        PLAIN(null) {
            @Override
            Promise<Object> make(Consumer<Object> undelivered) {
                return new Promise<>();
            }
        },
        RELEASING(null) {
            @Override
            Promise<Object> make(Consumer<Object> undelivered) {
                return new Promise<>(undelivered);
            }
        },
        NAMED("n") {
            @Override
            Promise<Object> make(Consumer<Object> undelivered) {
                return Promise.named("n");
            }
        },
        NAMED_AND_RELEASING("n") {
            @Override
            Promise<Object> make(Consumer<Object> undelivered) {
                return Promise.named("n", undelivered);
            }
        };

        final @Nullable String name;

        Kind(@Nullable String name) {
            this.name = name;
        }

        boolean isReleasing() {
            return this == RELEASING || this == NAMED_AND_RELEASING;
        }

        abstract Promise<Object> make(Consumer<Object> undelivered);

        String says(String state) {
            return "Promise[" + (name == null ? "" : name + ", ") + state + "]";
        }
    }

    /** When the promise ends. */
    enum Moment {
        BEFORE_IT_IS_HANDED_OUT,
        BEFORE_THE_READER_WAITS,
        WHILE_THE_READER_WAITS
    }

    /** When the writer asks to be told of a cancellation. */
    enum Watched {
        NEVER,
        AT_FIRST,
        WHEN_HANDED_OUT,
        WHILE_THE_READER_WAITS
    }

    /** The outcome; a promise must not take one for a state of its own. */
    enum End {
        VALUE,
        NULL,
        WAKER,
        FUTURE_OF_A_PROMISE,
        PROMISE,
        FAILURE;

        @Nullable
        Object outcome() {
            return switch (this) {
                case VALUE -> "v";
                case NULL -> null;
                case WAKER -> (Waker) () -> {};
                case FUTURE_OF_A_PROMISE -> new Promise<Object>().future();
                case PROMISE -> new Promise<Object>();
                case FAILURE -> new IOException("wanted by this test");
            };
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Moment.values())
                        .flatMap(moment -> Stream.of(Watched.values())
                                .flatMap(watched ->
                                        Stream.of(End.values()).map(end -> Arguments.of(kind, moment, watched, end)))));
    }

    private final HandTask task = new HandTask();
    private final List<Object> undelivered = new ArrayList<>();
    private final AtomicInteger told = new AtomicInteger();

    /** A promise that has ended with the outcome, and its future. */
    private Future<Object> ended(
            Promise<Object> promise, Kind kind, Moment moment, Watched watched, End end, @Nullable Object outcome) {
        watch(promise, watched, Watched.AT_FIRST);
        assertThat(promise).hasToString(kind.says("open"));
        if (moment == Moment.BEFORE_IT_IS_HANDED_OUT) {
            end(promise, kind, end, outcome);
        }
        Future<Object> future = promise.future();
        watch(promise, watched, Watched.WHEN_HANDED_OUT);
        if (moment == Moment.BEFORE_THE_READER_WAITS) {
            end(promise, kind, end, outcome);
        } else if (moment == Moment.WHILE_THE_READER_WAITS) {
            task.waiting(future);
            watch(promise, watched, Watched.WHILE_THE_READER_WAITS);
            end(promise, kind, end, outcome);
            assertThat(task.wakes()).isOne();
        }
        assertThatThrownBy(promise::future).isInstanceOf(IllegalStateException.class);
        assertThat(future).hasToString("future of " + promise);
        return future;
    }

    private void watch(Promise<Object> promise, Watched watched, Watched now) {
        if (watched == now) {
            promise.onCancel(told::incrementAndGet);
        }
    }

    private static void end(Promise<Object> promise, Kind kind, End end, @Nullable Object outcome) {
        assertThat(promise.isDone()).isFalse();
        assertThat(end == End.FAILURE ? promise.fail((Throwable) outcome) : promise.complete(outcome))
                .isTrue();
        assertThat(promise.isDone()).isTrue();
        assertThat(promise.complete("late")).isFalse();
        assertThat(promise.fail(new IOException("late"))).isFalse();
        assertThat(promise).hasToString(kind.says(end == End.FAILURE ? "failed" : "completed"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theReaderGetsIt(Kind kind, Moment moment, Watched watched, End end) {
        Promise<Object> promise = kind.make(undelivered::add);
        Object outcome = end.outcome();
        Future<Object> future = ended(promise, kind, moment, watched, end, outcome);
        if (end == End.FAILURE) {
            assertThatThrownBy(() -> task.poll(future)).isSameAs(outcome);
        } else {
            assertThat(task.value(future)).isSameAs(outcome);
        }
        assertThat(promise).hasToString(kind.says("read"));
        assertThat(future.cancel()).isTrue();
        assertThat(promise.isCancelled()).isFalse();
        promise.onCancel(told::incrementAndGet);
        assertThat(told).hasValue(0);
        assertThat(undelivered).isEmpty();
        assertThatThrownBy(() -> task.poll(future)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theReaderLeavesIt(Kind kind, Moment moment, Watched watched, End end) {
        Promise<Object> promise = kind.make(undelivered::add);
        Object outcome = end.outcome();
        Future<Object> future = ended(promise, kind, moment, watched, end, outcome);
        assertThat(future.cancel()).isTrue();
        assertThat(promise.isCancelled()).isFalse();
        assertThat(told).hasValue(0);
        if (end == End.FAILURE) {
            assertThat(Reports.of((Throwable) outcome)).isOne();
        }
        if (kind.isReleasing() && outcome != null && end != End.FAILURE) {
            assertThat(undelivered).containsExactly(outcome);
        } else {
            assertThat(undelivered).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void theReaderLeavesBeforeIt(Kind kind, Moment moment, Watched watched, End end) {
        Promise<Object> promise = kind.make(undelivered::add);
        watch(promise, watched, Watched.AT_FIRST);
        Future<Object> future = promise.future();
        watch(promise, watched, Watched.WHEN_HANDED_OUT);
        if (moment == Moment.WHILE_THE_READER_WAITS) {
            task.waiting(future);
        }
        watch(promise, watched, Watched.WHILE_THE_READER_WAITS);
        assertThat(future.cancel()).isTrue();
        assertThat(told).hasValue(watched == Watched.NEVER ? 0 : 1);
        assertThat(promise.isCancelled()).isTrue();
        assertThat(promise).hasToString(kind.says("cancelled"));
        promise.onCancel(told::incrementAndGet);
        assertThat(told).hasValue(watched == Watched.NEVER ? 1 : 2);
        Object outcome = end.outcome();
        assertThat(end == End.FAILURE ? promise.fail((Throwable) outcome) : promise.complete(outcome))
                .isFalse();
        assertThat(undelivered).isEmpty();
        assertThat(task.wakes()).isZero();
    }
}
