package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.ByHand;
import pollux.doubles.HandPublisher;
import pollux.doubles.RecordingPeer;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.spi.PublisherFuture.Mode;

/**
 * Decide before you cancel: what a publisher signals from inside our cancel or request never overrides what was
 * decided. Every way in of core, every reason to cancel, every signal.
 */
@Timeout(120)
class SignalsInsideCancelTest {

    /** What the publisher does from inside of our cancel. */
    private enum Inside {
        NOTHING {
            @Override
            void act(HandPublisher<String> publisher) {}
        },
        COMPLETE {
            @Override
            void act(HandPublisher<String> publisher) {
                publisher.complete();
            }
        },
        ERROR {
            @Override
            void act(HandPublisher<String> publisher) {
                publisher.error(new IllegalArgumentException("inside"));
            }
        },
        NEXT {
            @Override
            void act(HandPublisher<String> publisher) {
                publisher.next("inside");
            }
        },
        NEXT_AND_COMPLETE {
            @Override
            void act(HandPublisher<String> publisher) {
                publisher.next("inside");
                publisher.complete();
            }
        },
        THROW {
            @Override
            void act(HandPublisher<String> publisher) {
                throw new IllegalArgumentException("inside");
            }
        };

        abstract void act(HandPublisher<String> publisher);
    }

    /** Why we cancel. */
    private enum Reason {
        NULL_ITEM("2.13") {
            @Override
            void bring(HandPublisher<String> publisher) {
                assertThatThrownBy(() -> publisher.subscriber.onNext(null)).isInstanceOf(NullPointerException.class);
            }
        },
        THROWING_REQUEST("3.16") {
            @Override
            void prepare(HandPublisher<String> publisher) {
                publisher.onRequest(n -> {
                    throw new IllegalStateException("request");
                });
            }
        },
        THROWING_SUBSCRIBE("1.9") {
            @Override
            void prepare(HandPublisher<String> publisher) {
                publisher.onSubscribed(() -> {
                    throw new IllegalStateException("subscribe");
                });
            }
        };

        final String rule;

        Reason(String rule) {
            this.rule = rule;
        }

        void prepare(HandPublisher<String> publisher) {}

        void bring(HandPublisher<String> publisher) {}
    }

    private final RecordingPeer peer = new RecordingPeer();
    private final HandPublisher<String> publisher = new HandPublisher<>();

    private <T> ByHand<T> await(Mode mode) {
        return ByHand.of(new PublisherFuture<String, T>(publisher, mode) {
            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        });
    }

    private ByHand<String> pull(int prefetch) {
        return ByHand.of(new PublisherStream<String>(publisher, prefetch) {
            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        });
    }

    private static Stream<Arguments> reasons() {
        List<Arguments> all = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            for (Inside inside : Inside.values()) {
                Arrays.stream(Mode.values()).forEach(mode -> all.add(Arguments.of(mode, reason, inside)));
                all.add(Arguments.of("stream, prefetch 1", reason, inside));
                all.add(Arguments.of("stream, prefetch 4", reason, inside));
                all.add(Arguments.of("stream, unbounded", reason, inside));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aViolationIsWhatTheConsumerHearsOf(Object way, Reason reason, Inside inside) {
        publisher.onCancel(() -> inside.act(publisher));
        reason.prepare(publisher);
        ByHand<?> consumer = way instanceof Mode mode
                ? await(mode)
                : pull(
                        way.toString().endsWith("unbounded")
                                ? Integer.MAX_VALUE
                                : way.toString().endsWith("1") ? 1 : 4);
        Throwable failure = null;
        if (reason == Reason.NULL_ITEM) {
            assertThat(consumer.poll()).isSameAs(ByHand.PENDING);
            reason.bring(publisher);
        }
        failure = consumer.failure();
        assertThat(failure)
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo(reason.rule));
        assertThat(publisher.cancels).hasValue(1);
        late(inside, failure);
    }

    private static Stream<Arguments> firsts() {
        return Stream.of(Mode.FIRST, Mode.FIRST_OR_NULL)
                .flatMap(mode -> Arrays.stream(Inside.values()).map(inside -> Arguments.of(mode, inside)));
    }

    @ParameterizedTest
    @MethodSource("firsts")
    void theFirstItemStays(Mode mode, Inside inside) {
        publisher.onCancel(() -> inside.act(publisher));
        ByHand<String> consumer = await(mode);
        assertThat(consumer.poll()).isSameAs(ByHand.PENDING);
        publisher.next("item");
        assertThat(consumer.poll()).isEqualTo("item");
        assertThat(consumer.wakes).isOne();
        late(inside, null);
    }

    @ParameterizedTest
    @MethodSource("firsts")
    void theFirstItemStaysIfItComesInsideTheRequest(Mode mode, Inside inside) {
        publisher.onCancel(() -> inside.act(publisher));
        publisher.onRequest(n -> publisher.next("item"));
        assertThat(await(mode).poll()).isEqualTo("item");
        assertThat(publisher.cancels).hasValue(1);
        late(inside, null);
    }

    private static Stream<Arguments> ones() {
        return Stream.of(Mode.AT_MOST_ONE, Mode.SINGLE)
                .flatMap(mode -> Arrays.stream(Inside.values()).map(inside -> Arguments.of(mode, inside)));
    }

    @ParameterizedTest
    @MethodSource("ones")
    void aSecondItemStaysAnError(Mode mode, Inside inside) {
        publisher.onCancel(() -> inside.act(publisher));
        ByHand<String> consumer = await(mode);
        assertThat(consumer.poll()).isSameAs(ByHand.PENDING);
        publisher.next("a", "b");
        assertThat(consumer.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("second item");
        assertThat(peer.discarded).contains("a", "b");
        late(inside, null);
    }

    private static Stream<Inside> insides() {
        return Arrays.stream(Inside.values());
    }

    @ParameterizedTest
    @MethodSource("insides")
    void anOverEmissionFailsTheStreamAfterItsItems(Inside inside) {
        publisher.onCancel(() -> inside.act(publisher));
        ByHand<String> consumer = pull(2);
        assertThat(consumer.poll()).isSameAs(ByHand.PENDING);
        publisher.next("a", "b", "c");
        assertThat(consumer.poll()).isEqualTo("a");
        assertThat(consumer.poll()).isEqualTo("b");
        assertThat(consumer.failure())
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo("1.1"));
    }

    private static Stream<Arguments> cancels() {
        List<Arguments> all = new ArrayList<>();
        for (Inside inside : Inside.values()) {
            Arrays.stream(Mode.values()).forEach(mode -> all.add(Arguments.of(mode, inside)));
            all.add(Arguments.of("stream", inside));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("cancels")
    void aCancelledConsumerStaysCancelled(Object way, Inside inside) {
        publisher.onCancel(() -> inside.act(publisher));
        ByHand<?> consumer = way instanceof Mode mode ? await(mode) : pull(4);
        assertThat(consumer.poll()).isSameAs(ByHand.PENDING);
        assertThat(consumer.cancel()).isTrue();
        assertThat(consumer.wakes).isZero();
        assertThat(publisher.cancels).hasValue(1);
        late(inside, null);
    }

    private static Stream<Arguments> terminals() {
        BiConsumer<HandPublisher<String>, String> next = HandPublisher::next;
        return Arrays.stream(Mode.values())
                .filter(mode -> mode != Mode.FIRST && mode != Mode.FIRST_OR_NULL)
                .map(mode -> Arguments.of(mode, next));
    }

    /**
     * All that a consumer may do with an item and an end that come inside of its request, and then an illegal second
     * end.
     */
    @ParameterizedTest
    @MethodSource("terminals")
    void theFirstEndInsideTheRequestCounts(Mode mode, BiConsumer<HandPublisher<String>, String> next) {
        publisher.onRequest(n -> {
            next.accept(publisher, "item");
            publisher.complete();
            publisher.error(new IllegalArgumentException("inside"));
            throw new IllegalStateException("request");
        });
        Object value = await(mode).poll();
        assertThat(value).isEqualTo(mode == Mode.TO_LIST ? List.of("item") : mode == Mode.COMPLETION ? null : "item");
        assertThat(peer.dropped).hasSize(2);
    }

    /** What came too late is in the hooks, each once, and nowhere else. */
    private void late(Inside inside, @Nullable Throwable delivered) {
        List<Throwable> dropped = new ArrayList<>(peer.dropped);
        dropped.remove(delivered);
        switch (inside) {
            case ERROR ->
                assertThat(dropped).hasSize(1).first().hasToString("java.lang.IllegalArgumentException: inside");
            case THROW ->
                assertThat(dropped)
                        .hasSize(1)
                        .first()
                        .isInstanceOfSatisfying(
                                ProtocolViolation.class,
                                violation -> assertThat(violation.rule()).isEqualTo("3.15"));
            case NEXT, NEXT_AND_COMPLETE ->
                assertThat(peer.discarded).filteredOn("inside"::equals).hasSize(1);
            default -> assertThat(dropped).isEmpty();
        }
    }
}
