package pollux.tck.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactive.ProtocolViolation;
import pollux.tck.TckEnvironment;
import pollux.tck.matrix.Row;
import pollux.tck.rules.Deadline;
import pollux.tck.rules.Numbers;
import pollux.tck.rules.Probe;

/**
 * A subscriber that misbehaves, or asks for the unusual.
 *
 * @param number the number of the case
 * @param title what the subscriber does
 * @param act does it, and tells what came of it
 */
record OutCase(String number, String title, Act act) {

    /** Does it. */
    @FunctionalInterface
    interface Act {
        String play(Play play) throws Exception;
    }

    /** One bridge in one case. */
    static final class Play {

        private final Row row;
        private final boolean distant;
        private final boolean expectsCancel;
        private final Deadline deadline = Deadline.generous();
        private final List<ProtocolViolation> violations = new CopyOnWriteArrayList<>();
        private Numbers source = new Numbers(0, Numbers.Then.END, false);

        /**
         * Makes a play.
         *
         * @param expectsCancel whether the source has to be cancelled
         */
        Play(Row row, boolean distant, boolean expectsCancel) {
            this.row = row;
            this.distant = distant;
            this.expectsCancel = expectsCancel;
        }

        long upTo(long n) {
            return Math.min(n, row.mostItems());
        }

        void needsItems(long n) {
            if (row.mostItems() < n) {
                throw new TestAbortedException("has no such items");
            }
        }

        Publisher<?> publisher(long items, Numbers.Then then) {
            return row.publish(() -> source = new Numbers(upTo(items), then, distant));
        }

        Publisher<?> items(long items) {
            return publisher(items, Numbers.Then.END);
        }

        Publisher<?> silent() {
            return publisher(0, Numbers.Then.SILENCE);
        }

        Probe probe() {
            return new Probe(deadline, 5, row.isDirect(), (violation, referee) -> violations.add(violation));
        }

        /** Whether the source was let go, however late if it has to be, and not twice. */
        String source() throws InterruptedException {
            int moments = expectsCancel ? 60_000 : 100;
            for (int i = 0; i < moments && source.cancels() == 0; i++) {
                new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
            }
            return switch (source.cancels()) {
                case 0 -> "";
                case 1 -> ", source cancelled";
                default -> ", SOURCE CANCELLED TWICE";
            };
        }

        /**
         * Fails if the referee has blamed the bridge; it knows one subscription, so it is not asked about two (3b-43).
         */
        void judge(String number) {
            for (ProtocolViolation violation : violations) {
                if (!violation.culprit().equals(Probe.class.getName()) && !number.equals("3b-43")) {
                    throw new AssertionError("broke rule " + violation.rule(), violation);
                }
            }
        }
    }

    static final List<OutCase> ALL = List.of(
            new OutCase("3b-31", "request(0), (-1), (MIN_VALUE)", play -> {
                for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
                    play.probe()
                            .to(play.silent())
                            .request(n)
                            .expectError(IllegalArgumentException.class)
                            .expectSilence();
                }
                return "IllegalArgumentException" + play.source();
            }),
            new OutCase("3b-32", "MAX_VALUE and more", play -> {
                play.probe()
                        .inOnSubscribe(probe -> probe.request(Long.MAX_VALUE / 2)
                                .request(Long.MAX_VALUE / 2)
                                .request(1)
                                .request(Long.MAX_VALUE))
                        .to(play.items(5))
                        .expectItems(play.upTo(5))
                        .expectEnd();
                return "all items";
            }),
            new OutCase("3b-34", "requests of eight threads", play -> {
                Probe probe = play.probe().to(play.items(400));
                CountDownLatch done = new CountDownLatch(8);
                for (int i = 0; i < 8; i++) {
                    Deadline.start(() -> {
                        for (int n = 0; n < 50; n++) {
                            probe.request(1);
                        }
                        done.countDown();
                    });
                }
                assertThat(done.await(60, TimeUnit.SECONDS))
                        .as("requests return")
                        .isTrue();
                probe.expectItems(play.upTo(400)).expectEnd();
                return "as many as requested"; // 1.1 is watched by the referee
            }),
            new OutCase("3b-35", "cancel inside onNext", play -> {
                play.needsItems(2);
                play.probe()
                        .inOnNext(Probe::cancel)
                        .to(play.items(100))
                        .request(50)
                        .expectItems(1)
                        .expectSilence();
                return "stops" + play.source();
            }),
            new OutCase("3b-37", "request inside onSubscribe", play -> {
                play.probe()
                        .inOnSubscribe(probe -> probe.request(10))
                        .to(play.items(3))
                        .expectItems(play.upTo(3))
                        .expectEnd();
                return "in order";
            }),
            new OutCase("3b-38", "requests and a thousand cancels after cancel", play -> {
                Probe probe = play.probe().to(play.silent()).request(1).cancel().request(5);
                for (int i = 0; i < 1_000; i++) {
                    probe.cancel();
                }
                probe.expectSilence();
                return "silence" + play.source();
            }),
            new OutCase("3b-40", "onNext throws", play -> {
                play.needsItems(1);
                if (!play.row.isDirect()) {
                    throw new TestAbortedException("an operator of the library is in between");
                }
                CountDownLatch thrown = new CountDownLatch(1);
                try {
                    Probe probe = play.probe()
                            .inOnNext(itself -> {
                                thrown.countDown();
                                throw new UnsupportedOperationException("of the subscriber");
                            })
                            .to(play.items(3))
                            .request(3)
                            .expectItems(1);
                    play.deadline.elsewhere("throwing in onNext", thrown::await);
                    probe.expectSilence();
                } catch (UnsupportedOperationException passedOn) {
                    return "passed on to the requester";
                }
                return "stops";
            }),
            new OutCase("3b-41", "onSubscribe throws", play -> {
                try {
                    play.probe()
                            .inOnSubscribe(probe -> {
                                throw new UnsupportedOperationException("of the subscriber");
                            })
                            .to(play.silent())
                            .expectSilence();
                } catch (UnsupportedOperationException | NullPointerException passedOn) {
                    return "passed on to the subscriber's thread";
                }
                return "silence" + play.source();
            }),
            new OutCase("3b-43", "the same subscriber twice", play -> {
                if (play.row.name.contains("PROPAGATE")) {
                    throw new TestAbortedException("the cancellation by one cancels for all, and races the value");
                }
                Publisher<?> publisher = play.items(2);
                Probe probe = play.probe().to(publisher).to(publisher).request(Long.MAX_VALUE);
                boolean regular = probe.expectTerminal();
                probe.expectSilence();
                return regular ? "first served" : "first failed";
            }),
            new OutCase("3b-44", "blocks in onNext", play -> {
                play.needsItems(1);
                CountDownLatch blocked = new CountDownLatch(1);
                CountDownLatch release = new CountDownLatch(1);
                Deadline.start(() -> play.probe()
                        .inOnNext(probe -> {
                            blocked.countDown();
                            try {
                                release.await();
                            } catch (InterruptedException interrupted) {
                                throw new AssertionError(interrupted);
                            }
                        })
                        .to(play.items(1))
                        .request(1));
                assertThat(blocked.await(60, TimeUnit.SECONDS)).as("an item").isTrue();
                try {
                    assertThat(TckEnvironment.POOL
                                    .spawn(Futures.ready(1))
                                    .toCompletableFuture()
                                    .get(60, TimeUnit.SECONDS))
                            .isOne();
                } finally {
                    release.countDown();
                }
                return "other tasks go on";
            }),
            new OutCase("3b-46", "request(1) of one item", play -> {
                play.probe()
                        .to(play.items(1))
                        .request(1)
                        .expectItems(play.upTo(1))
                        .expectEnd();
                return "item and end";
            }),
            new OutCase("3b-47", "nothing is requested, and it is empty", play -> {
                if (play.row.name.contains("futures, 2")) {
                    throw new TestAbortedException("starts nothing unasked");
                }
                return play.probe().to(play.items(0)).expectTerminal() ? "end" : "NoSuchElementException";
            }));

    @Override
    public String toString() {
        return number + " " + title;
    }
}
