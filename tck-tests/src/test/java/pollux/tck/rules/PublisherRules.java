package pollux.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;

/** What a publisher and its subscription owe: rules 1.1 to 1.11 and 3.2 to 3.17. */
final class PublisherRules {

    /** A rule: what is looked at, and how. */
    record Rule(String looksAt, Consumer<Trial> check) {}

    static final Map<String, Rule> ALL = new LinkedHashMap<>();

    private PublisherRules() {}

    private static void rule(String number, String looksAt, Consumer<Trial> check) {
        ALL.put(number, new Rule(looksAt, check));
    }

    static {
        rule("1.1", "three of ten are requested: three come, and no more", t -> {
            Probe probe = t.probe().to(t.items(10));
            if (t.upTo(1) == 1) {
                probe.expectSilence();
            }
            probe.request(3).expectItems(t.upTo(3));
            if (t.upTo(10) == 10) {
                probe.expectSilence().request(Long.MAX_VALUE);
            }
        });
        rule(
                "1.2",
                "fewer come than were requested, then the end",
                t -> t.probe().to(t.items(3)).request(10).expectItems(t.upTo(3)).expectEnd());
        rule(
                "1.3",
                "no signal begins during another, not even when another thread requests, nor during onSubscribe",
                t -> {
                    t.probe()
                            .inOnSubscribe(probe -> probe.request(1))
                            .inOnNext(probe -> t.elsewhere(() -> probe.request(2)))
                            .to(t.items(20))
                            .expectItems(t.upTo(20))
                            .expectEnd();
                    t.probe()
                            .inOnSubscribe(probe -> {
                                probe.request(2);
                                pause();
                            })
                            .to(t.items(1))
                            .expectItems(t.upTo(1))
                            .expectEnd();
                });
        rule("1.4", "a failure is onError, with demand, and without if nothing has to start first", t -> {
            if (t.startsUnasked()) {
                t.probe().to(t.failing()).expectError(IllegalArgumentException.class);
            }
            t.probe().to(t.failing()).request(1).expectError(IllegalArgumentException.class);
        });
        rule(
                "1.5",
                "the end is onComplete, once",
                t -> t.probe()
                        .to(t.items(3))
                        .request(4)
                        .expectItems(t.upTo(3))
                        .expectEnd()
                        .expectSilence());
        rule("1.6", "after the end the subscription is dead: request and cancel do nothing", t -> {
            Probe probe = t.probe().to(t.items(3)).request(Long.MAX_VALUE);
            probe.expectItems(t.upTo(3)).expectEnd();
            probe.request(1).cancel().request(1).expectSilence();
        });
        rule("1.7", "nothing follows onComplete or onError", t -> {
            Probe ended = t.probe().to(t.items(2)).request(Long.MAX_VALUE);
            ended.expectItems(t.upTo(2)).expectEnd();
            ended.request(5).expectSilence();
            Probe failed = t.probe().to(t.failing()).request(1).expectError(IllegalArgumentException.class);
            failed.request(5).expectSilence();
        });
        rule("1.8", "cancelled inside onNext, no further item comes", t -> {
            t.needsItems(1);
            t.probe()
                    .inOnSubscribe(probe -> probe.request(Long.MAX_VALUE))
                    .inOnNext(Probe::cancel)
                    .to(t.items(100_000))
                    .expectItems(1)
                    .expectNoItem();
        });
        rule("1.9", "null is a NullPointerException; else onSubscribe comes first, and subscribe returns", t -> {
            assertThatThrownBy(() -> t.items(1).subscribe(null)).isInstanceOf(NullPointerException.class);
            t.probe().to(t.items(1)).request(2).expectItems(t.upTo(1)).expectEnd();
            t.probe().to(t.failing()).request(1).expectError(IllegalArgumentException.class);
        });
        rule("1.10", "the same subscriber twice: it cancels the second subscription, and hears of one end", t -> {
            Publisher<?> publisher = t.items(3);
            Probe probe = t.probe().to(publisher).to(publisher).request(Long.MAX_VALUE);
            probe.expectTerminal();
            probe.expectSilence();
        });
        rule("1.11", "two subscribers: the first is served, the second served or refused", t -> {
            Publisher<?> publisher = t.items(3);
            Probe first = t.probe().to(publisher).request(Long.MAX_VALUE);
            Probe second = t.probe().to(publisher).request(Long.MAX_VALUE);
            first.expectItems(t.upTo(3)).expectEnd();
            second.expectTerminal();
        });

        rule(
                "3.2",
                "requests inside onSubscribe and onNext are served",
                t -> t.probe()
                        .inOnSubscribe(probe -> probe.request(1))
                        .inOnNext(probe -> probe.request(1))
                        .to(t.items(10))
                        .expectItems(t.upTo(10))
                        .expectEnd());
        rule("3.3", "a thousand requests inside onNext do not nest", t -> {
            t.needsItems(1_000);
            Probe probe = t.probe()
                    .inOnSubscribe(p -> p.request(1))
                    .inOnNext(p -> p.request(1))
                    .to(t.items(1_000))
                    .expectItems(1_000)
                    .expectEnd();
            assertThat(probe.deepest()).as("onNext within onNext").isLessThanOrEqualTo(2);
        });
        rule(
                "3.4",
                "request returns, however much it asks for, while nothing comes",
                t -> t.probe().to(t.silent()).request(Long.MAX_VALUE).request(1).expectSilence());
        rule("3.5", "cancel returns, from four threads, a thousand times", t -> {
            Probe probe = t.probe().to(t.silent()).request(1);
            for (int thread = 0; thread < 4; thread++) {
                t.elsewhere(() -> {
                    for (int i = 0; i < 250; i++) {
                        probe.cancel();
                    }
                });
            }
            probe.expectSilence();
        });
        rule("3.6", "a request after the cancellation does nothing", t -> {
            t.needsItems(1);
            t.probe().to(t.items(10)).cancel().request(5).expectSilence();
        });
        rule("3.7", "a second cancellation does nothing", t -> {
            t.needsItems(1);
            t.probe().to(t.items(10)).cancel().cancel().cancel().expectSilence();
        });
        rule("3.8", "one and two requested are three", t -> {
            t.needsItems(3);
            t.probe()
                    .inOnSubscribe(probe -> probe.request(1).request(2))
                    .to(t.items(10))
                    .expectItems(3)
                    .expectSilence()
                    .cancel();
        });
        rule("3.9", "request(0), (-1) and (MIN_VALUE) are one IllegalArgumentException each", t -> {
            for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
                Probe probe = t.probe().to(t.upTo(1) == 1 ? t.items(10) : t.silent());
                probe.request(n).expectError(IllegalArgumentException.class);
                probe.request(1).expectSilence();
            }
        });
        rule(
                "3.10",
                "a request from outside may be served inside of it",
                t -> t.probe().to(t.items(2)).request(Math.max(1, t.upTo(2))).expectItems(t.upTo(2)));
        rule("3.11", "a request may be answered with the end inside of it", t -> {
            t.elsewhere(() ->
                    t.probe().to(t.items(1)).request(2).expectItems(t.upTo(1)).expectEnd());
            t.elsewhere(() -> t.probe().to(t.failing()).request(1).expectError(IllegalArgumentException.class));
        });
        rule("3.12", "cancelled from another thread, an endless one stops", t -> {
            if (t.upTo(Long.MAX_VALUE) <= 1) {
                t.probe().to(t.silent()).request(1).cancel().expectSilence();
                return;
            }
            Probe probe = t.probe().to(t.items(Integer.MAX_VALUE));
            Future<?> request = Deadline.start(() -> probe.request(Long.MAX_VALUE));
            probe.expectItems(10).cancel();
            t.elsewhere(() -> request.get(60, TimeUnit.SECONDS));
            probe.expectToStop();
        });
        rule("3.13", "after the cancellation the subscriber can be collected", t -> {
            Publisher<?> publisher = t.silent();
            WeakReference<Probe> subscriber =
                    new WeakReference<>(t.probe().to(publisher).request(1).cancel());
            t.elsewhere(() -> {
                while (!subscriber.refersTo(null) && !Thread.interrupted()) {
                    System.gc();
                }
            });
            assertThat(publisher).isNotNull(); // is still there
        });
        rule("3.14", "after the last subscriber has cancelled, the next is served or refused", t -> {
            Publisher<?> publisher = t.items(3);
            t.probe().to(publisher).cancel();
            t.probe().to(publisher).request(Long.MAX_VALUE).expectTerminal();
        });
        rule("3.15", "cancel returns normally before demand, in between, after the end and after a failure", t -> {
            t.probe().to(t.items(3)).cancel();
            t.probe().inOnNext(Probe::cancel).to(t.items(3)).request(Long.MAX_VALUE);
            t.probe()
                    .to(t.items(1))
                    .request(2)
                    .expectItems(t.upTo(1))
                    .expectEnd()
                    .cancel();
            t.probe()
                    .to(t.failing())
                    .request(1)
                    .expectError(IllegalArgumentException.class)
                    .cancel();
        });
        rule("3.16", "request returns normally before, at and after the end, and of a source that fails", t -> {
            t.probe()
                    .to(t.items(1))
                    .request(1)
                    .request(1)
                    .expectItems(t.upTo(1))
                    .expectEnd()
                    .request(1);
            t.probe().to(t.failing()).request(1).request(Long.MAX_VALUE).expectError(IllegalArgumentException.class);
        });
        rule(
                "3.17",
                "demand beyond MAX_VALUE is no error",
                t -> t.probe()
                        .inOnSubscribe(probe -> probe.request(Long.MAX_VALUE / 2)
                                .request(Long.MAX_VALUE / 2)
                                .request(Long.MAX_VALUE))
                        .inOnNext(probe -> probe.request(Long.MAX_VALUE))
                        .to(t.items(10))
                        .expectItems(t.upTo(10))
                        .expectEnd());
    }

    /** Gives another thread the time to do what it must not. */
    static void pause() {
        try {
            new java.util.concurrent.CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
