package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Garbage;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.AwaitTree;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.time.ManualTime;
import pollux.time.Timers;

@Timeout(60)
class NamedPromiseTest {

    private static final String COLLECTED = "its promise was collected as garbage before it ended";

    private final LocalPool pool = new LocalPool(new ManualTime());

    @AfterEach
    void close() {
        pool.close();
    }

    /** How the reader waits; some of these are woken by something else, too. */
    enum Wait {
        ALONE(false) {
            @Override
            Future<?> of(Future<String> reader) {
                return reader;
            }
        },
        MAPPED(false) {
            @Override
            Future<?> of(Future<String> reader) {
                return reader.map(String::length);
            }
        },
        JOINED(false) {
            @Override
            Future<?> of(Future<String> reader) {
                return Futures.joinAll(List.of(reader, Futures.pending()));
            }
        },
        SHARED(false) {
            @Override
            Future<?> of(Future<String> reader) {
                return reader.shared().future();
            }
        },
        WITH_A_TIMEOUT(true) {
            @Override
            Future<?> of(Future<String> reader) {
                return Timers.timeout(Duration.ofSeconds(1), reader);
            }
        };

        final boolean wokenOtherwise;

        Wait(boolean wokenOtherwise) {
            this.wokenOtherwise = wokenOtherwise;
        }

        abstract Future<?> of(Future<String> reader);
    }

    /** What is left of a promise after the writer has forgotten it. */
    enum Left {
        NOTHING(true) {
            @Override
            @Nullable
            Object of(Promise<String> promise) {
                return null;
            }
        },
        THE_PROMISE(false) {
            @Override
            Object of(Promise<String> promise) {
                return promise;
            }
        },
        COMPLETE(false) {
            @Override
            Object of(Promise<String> promise) {
                Consumer<String> complete = promise::complete;
                return complete;
            }
        },
        FAIL(false) {
            @Override
            Object of(Promise<String> promise) {
                Consumer<Throwable> fail = promise::fail;
                return fail;
            }
        },
        WHAT_WAITS_FOR_CANCEL(true) {
            @Override
            Object of(Promise<String> promise) {
                promise.onCancel(() -> {});
                return promise.cancelled();
            }
        };

        final boolean lost;

        Left(boolean lost) {
            this.lost = lost;
        }

        abstract @Nullable Object of(Promise<String> promise);
    }

    /** How a promise ends that is forgotten after that. */
    enum End {
        COMPLETED {
            @Override
            void of(Promise<String> promise) {
                promise.complete("v");
            }
        },
        FAILED {
            @Override
            void of(Promise<String> promise) {
                promise.fail(new IOException("wanted by this test"));
            }
        };

        abstract void of(Promise<String> promise);
    }

    /** A reader that waits, whose promise was given to {@code left}. */
    private record Planted(JoinHandle<?> task, @Nullable Object left, WeakReference<?> promise) {}

    private Planted plant(Promise<String> promise, Wait wait, Left left) {
        JoinHandle<?> task = pool.spawn(wait.of(promise.future()));
        pool.runUntilStalled();
        return new Planted(task, left.of(promise), new WeakReference<>(promise));
    }

    static Stream<Arguments> waitsAndWhatIsLeft() {
        return Stream.of(Wait.values()).flatMap(wait -> Stream.of(Left.values()).map(left -> Arguments.of(wait, left)));
    }

    @ParameterizedTest
    @MethodSource("waitsAndWhatIsLeft")
    void aReaderWhosePromiseIsLostIsStuck(Wait wait, Left left) {
        Planted planted = plant(Promise.named("payment"), wait, left);
        // references that became unreachable together are cleared together
        Garbage.awaitCollected(left.lost ? planted.promise : new WeakReference<>(new Object()));
        String dump = pool.dump().toString();
        assertThat(dump.contains(COLLECTED)).isEqualTo(left.lost);
        assertThat(dump).contains("future of Promise[payment, open]");
        assertThat(pool.dump().stuck().contains(planted.task.id())).isEqualTo(left.lost && !wait.wokenOtherwise);
        Reference.reachabilityFence(planted.left);
    }

    @Test
    void withoutANameNothingIsReported() {
        Planted planted = plant(new Promise<>(), Wait.ALONE, Left.NOTHING);
        Garbage.awaitCollected(planted.promise);
        assertThat(pool.dump().stuck())
                .as("canary: the reader does not know its promise")
                .isEmpty();
        assertThat(pool.dump().toString()).contains("future of Promise[open]").doesNotContain(COLLECTED);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aPromiseThatHasEndedIsNotLost(End end) {
        Promise<String> promise = Promise.named("ended");
        Future<String> reader = promise.future();
        end.of(promise);
        WeakReference<?> forgotten = new WeakReference<>(promise);
        promise = null;
        Garbage.awaitCollected(forgotten);
        assertThat(AwaitTree.of(reader).notes()).isEmpty();
        JoinHandle<String> task = pool.spawn(reader);
        pool.runUntilStalled();
        assertThat(task.isDone()).isTrue();
        task.cancel();
    }

    @Test
    void theNameIsShownInEveryState() {
        Promise<String> read = Promise.named("a");
        assertThat(read).hasToString("Promise[a, open]");
        Future<String> future = read.future();
        read.complete("v");
        assertThat(read).hasToString("Promise[a, completed]");
        pool.spawn(future);
        pool.runUntilStalled();
        assertThat(read).hasToString("Promise[a, read]");
        Promise<String> left = Promise.named("b");
        left.future().cancel();
        assertThat(left).hasToString("Promise[b, cancelled]");
    }

    @Test
    void aNamedPromiseHandsOverWhatWasNotRead() {
        List<String> undelivered = new ArrayList<>();
        Promise<String> promise = Promise.named("c", undelivered::add);
        Future<String> future = promise.future();
        promise.complete("v");
        future.cancel();
        assertThat(undelivered).containsExactly("v");
    }

    @Test
    @SuppressWarnings("NullAway")
    void aNameIsNeeded() {
        assertThatNullPointerException().isThrownBy(() -> Promise.named(null)).withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> Promise.named("d", null))
                .withMessage("undelivered");
        assertThatNullPointerException()
                .isThrownBy(() -> Promise.named("e").fail(null))
                .withMessage("failure");
    }
}
