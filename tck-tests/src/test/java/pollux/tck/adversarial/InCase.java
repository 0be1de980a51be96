package pollux.tck.adversarial;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.opentest4j.TestAbortedException;
import pollux.tck.Elements;
import pollux.tck.rules.Consumption;
import pollux.tck.rules.Deadline;
import pollux.tck.rules.SubscriberParty;
import pollux.tck.rules.Upstream;

/**
 * A publisher that misbehaves.
 *
 * @param number the number of the case
 * @param title what the publisher does
 * @param act does it, and tells what came of it
 */
record InCase(String number, String title, Act act) {

    /** Does it. */
    @FunctionalInterface
    interface Act {
        String play(Play play) throws Exception;
    }

    /** One party in one case. */
    record Play(SubscriberParty party, Upstream upstream, Deadline deadline) {

        Consumption consume() {
            return party.consume().apply(upstream);
        }

        /** What came of it: the outcome, and whether the publisher was cancelled. */
        String end(Consumption consumption) {
            String outcome = consumption.outcome(deadline);
            int cancels = upstream.cancels();
            return outcome + (cancels == 0 ? "" : cancels == 1 ? ", cancelled" : ", cancelled " + cancels + " times");
        }

        String end() {
            return end(consume());
        }

        /** A call that may throw a NullPointerException, and nothing else. */
        static void owed(Runnable call) {
            try {
                call.run();
            } catch (NullPointerException owed) {
                // 2.13
            }
        }
    }

    /** No bridge asks for so many unless it asks for all. */
    private static final long UNBOUNDED = 10_000;

    static final List<InCase> ALL = List.of(
            new InCase("3a-1", "onNext before onSubscribe", play -> {
                play.upstream.inSubscribe(s -> {
                    s.onNext(1);
                    s.onSubscribe(play.upstream);
                    s.onComplete();
                });
                return play.end();
            }),
            new InCase("3a-2", "onError without onSubscribe", play -> {
                play.upstream.inSubscribe(s -> s.onError(Elements.failure()));
                return play.end();
            }),
            new InCase("3a-4", "onSubscribe twice", play -> {
                Upstream second = new Upstream(play.deadline);
                play.upstream.inSubscribe(s -> {
                    s.onSubscribe(play.upstream);
                    s.onSubscribe(second);
                });
                Consumption consumption = play.consume();
                play.upstream.awaitRequest();
                second.awaitCancel();
                item(play, 7);
                return play.end(consumption) + (second.requested() == 0 ? "" : ", second requested");
            }),
            new InCase("3a-5", "onSubscribe(null)", play -> {
                play.upstream.inSubscribe(s -> Play.owed(() -> s.onSubscribe(null)));
                return play.end();
            }),
            nulls("3a-7", "onError(null)", play -> play.upstream.subscriber().onError(null)),
            nulls("3a-7", "onNext(null)", play -> play.upstream.subscriber().onNext(null)),
            new InCase("3a-8", "onNext after onComplete", play -> {
                Consumption consumption = play.consume();
                play.upstream.awaitRequest();
                item(play, 7);
                play.upstream.subscriber().onNext(8);
                return play.end(consumption);
            }),
            new InCase("3a-10", "two onComplete, then onError", play -> {
                Consumption consumption = play.consume();
                play.upstream.awaitRequest();
                item(play, 7);
                play.upstream.subscriber().onComplete();
                play.upstream.subscriber().onError(Elements.failure());
                return play.end(consumption);
            }),
            new InCase("3a-10", "two onError", play -> {
                Consumption consumption = play.consume();
                play.upstream.awaitRequest();
                play.upstream.subscriber().onError(Elements.failure());
                play.upstream.subscriber().onError(new IllegalStateException("second"));
                return play.end(consumption);
            }),
            new InCase("3a-11", "five items more than requested", play -> {
                AtomicBoolean first = new AtomicBoolean(true);
                play.upstream.inRequest(n -> {
                    boolean emits = first.getAndSet(false) && n <= UNBOUNDED;
                    for (int i = 0; emits && i < n + 5; i++) {
                        play.upstream.subscriber().onNext(i);
                    }
                });
                Consumption consumption = play.consume();
                if (play.upstream.awaitRequest() > UNBOUNDED) {
                    throw new TestAbortedException("asks for everything");
                }
                return play.end(consumption);
            }),
            new InCase("3a-13", "subscribe throws after onSubscribe", play -> {
                play.upstream.inSubscribe(s -> {
                    s.onSubscribe(play.upstream);
                    throw Elements.failure();
                });
                return play.end();
            }),
            new InCase("3a-14", "request throws", play -> {
                play.upstream.inRequest(n -> {
                    throw Elements.failure();
                });
                return play.end();
            }),
            new InCase("3a-16", "never calls onSubscribe, then we cancel", play -> {
                play.upstream.inSubscribe(s -> {});
                Consumption consumption = play.consume();
                play.upstream.subscriber();
                consumption.cancel().run();
                return play.end(consumption);
            }),
            new InCase("3a-17", "onNext from two threads at once", play -> {
                Consumption consumption = play.consume();
                long n = Math.min(400, play.upstream.awaitRequest());
                CountDownLatch other = new CountDownLatch(1);
                play.deadline.elsewhere("onNext from a second thread", () -> {
                    Thread second = new Thread(() -> {
                        other.countDown();
                        emit(play, n / 2);
                    });
                    second.start();
                    other.await();
                    emit(play, n - n / 2);
                    second.join();
                });
                play.upstream.subscriber().onComplete();
                play.end(consumption);
                return "ends"; // with the items, or with rule 1.3
            }),
            new InCase("3a-19, 3a-20", "200,000 items inside of the requests", play -> {
                play.upstream.numbers(200_000);
                return ended(play.end(), "all items");
            }),
            new InCase("3a-22", "onSubscribe after we have cancelled", play -> {
                play.upstream.inSubscribe(s -> {});
                Consumption consumption = play.consume();
                play.upstream.subscriber();
                consumption.cancel().run();
                consumption.outcome(play.deadline);
                play.deadline.elsewhere(
                        "onSubscribe", () -> play.upstream.subscriber().onSubscribe(play.upstream));
                play.upstream.awaitCancel();
                return play.end(consumption) + (play.upstream.requested() == 0 ? "" : ", requested");
            }),
            new InCase("3a-23", "cancel while request is under way", play -> {
                play.upstream.inSubscribe(s -> {});
                Consumption consumption = play.consume();
                boolean[] overlaps = new boolean[1];
                play.upstream.inRequest(n -> {
                    try {
                        play.deadline.elsewhere("cancel", consumption.cancel()::run);
                        overlaps[0] = play.upstream.cancelsSoon();
                    } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                    }
                });
                play.upstream.subscriber().onSubscribe(play.upstream);
                String end = play.end(consumption);
                if (!overlaps[0]) {
                    play.upstream.awaitCancel();
                }
                return end.replaceAll(", .*", "") + (overlaps[0] ? ", calls overlap" : ", cancelled after it");
            }),
            new InCase("3a-25", "endless, and one item or a cancellation is enough", play -> {
                play.upstream.numbers(Integer.MAX_VALUE);
                Consumption[] consumption = new Consumption[1];
                CountDownLatch consuming = new CountDownLatch(1);
                play.upstream.inSubscribe(s -> Deadline.start(() -> {
                    consuming.await();
                    s.onSubscribe(play.upstream);
                }));
                consumption[0] = play.consume();
                consuming.countDown();
                play.upstream.awaitRequest();
                consumption[0].cancel().run();
                play.upstream.awaitCancel();
                consumption[0].outcome(play.deadline);
                return "cancelled" + (play.upstream.cancels() == 1 ? " once" : " often");
            }),
            new InCase("3a-26", "we cancel while items come", play -> {
                Consumption consumption = play.consume();
                play.upstream.awaitRequest();
                play.deadline.elsewhere("onNext and cancel", () -> {
                    Thread canceller = new Thread(consumption.cancel());
                    canceller.start();
                    play.upstream.subscriber().onNext(1);
                    canceller.join();
                });
                play.upstream.awaitCancel();
                consumption.outcome(play.deadline);
                return "cancelled" + (play.upstream.cancels() == 1 ? " once" : " often");
            }),
            new InCase("3a-28", "onError with a StackOverflowError", play -> {
                Consumption consumption = play.consume();
                play.upstream.awaitRequest();
                play.upstream.subscriber().onError(new StackOverflowError());
                return play.end(consumption);
            }));

    private static InCase nulls(String number, String title, Consumer<Play> signal) {
        return new InCase(number, title, play -> {
            Consumption consumption = play.consume();
            play.upstream.awaitRequest();
            Play.owed(() -> signal.accept(play));
            return play.end(consumption);
        });
    }

    private static void item(Play play, int item) {
        play.upstream.subscriber().onNext(item);
        play.upstream.subscriber().onComplete();
    }

    private static void emit(Play play, long n) {
        for (int i = 0; i < n; i++) {
            play.upstream.subscriber().onNext(i);
        }
    }

    /** Long lists are not worth a cell. */
    private static String ended(String end, String instead) {
        return end.length() > 60 ? instead : end;
    }

    @Override
    public String toString() {
        return number + " " + title;
    }
}
