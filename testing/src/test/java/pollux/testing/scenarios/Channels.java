package pollux.testing.scenarios;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.testing.scenarios.Trial.scenario;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.sync.Broadcast;
import pollux.sync.BroadcastReceiver;
import pollux.sync.ChannelClosedException;
import pollux.sync.LaggedException;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Permit;
import pollux.sync.Promise;
import pollux.sync.Receiver;
import pollux.sync.Sender;
import pollux.sync.Watch;
import pollux.sync.WatchReceiver;
import pollux.testing.ForeignThread;
import pollux.testing.Scenario;

/** Whatever carries something from one task to another: nothing is lost, nothing comes twice, no task waits in vain. */
final class Channels {

    private Channels() {}

    static final List<Named<Scenario>> ALL = List.of(
            scenario("Mpsc bounded", t -> mpsc(t, Mpsc.bounded(1 + t.random(2)), Integer.MAX_VALUE)),
            scenario("Mpsc unbounded", t -> mpsc(t, Mpsc.unbounded(), Integer.MAX_VALUE)),
            scenario("Mpsc whose receiver leaves", t -> mpsc(t, Mpsc.bounded(1), 2)),
            scenario("Mpsc permits", Channels::permits),
            scenario("Mpsc many at once", t -> {
                Mpsc<Integer> channel = Mpsc.bounded(2);
                List<Integer> received = new ArrayList<>();
                sends(t, channel.sender(), 0, new ArrayList<>());
                Receiver<Integer> receiver = channel.receiver();
                t.task(t.ending(
                        async(() -> {
                            while (await(receiver.receiveMany(received, 2)) > 0) {
                                await(t.value(0));
                            }
                            return null;
                        }),
                        receiver::close));
                t.atEnd(() -> inOrder(t, received));
            }),
            scenario("Broadcast", t -> {
                Broadcast<Integer> broadcast = Broadcast.bounded(2);
                ForeignThread sender = t.world.thread("sender");
                for (int i = 1; i <= 4; i++) {
                    int item = i;
                    sender.then(() -> broadcast.send(item));
                }
                sender.then(broadcast::close);
                for (int i = 0; i < 2; i++) {
                    BroadcastReceiver<Integer> receiver = broadcast.subscribe();
                    t.task(t.ending(listen(t, receiver), receiver::close));
                }
            }),
            scenario("Watch", t -> {
                Watch<Integer> watch = new Watch<>(0);
                t.world
                        .thread("writer")
                        .then(() -> watch.set(1))
                        .then(() -> watch.set(2))
                        .then(watch::close);
                for (int i = 0; i < 2; i++) {
                    WatchReceiver<Integer> watcher = watch.watcher();
                    t.task(() -> {
                        int last = 0;
                        for (Integer value; (value = await(watcher.changed())) != null; last = value) {
                            t.must(value > last, "an old value came again");
                        }
                        return t.mustBe(2, last);
                    });
                }
            }),
            scenario("Promise", t -> promise(t, false)),
            scenario("Promise whose reader may leave", t -> promise(t, true)),
            scenario("Notify one", t -> {
                Notify notify = new Notify();
                for (int i = 0; i < 3; i++) {
                    t.task(notify.notified().map(nothing -> {
                        notify.notifyOne(); // the next one
                        return null;
                    }));
                }
                t.world.thread("first").then(notify::notifyOne);
            }),
            scenario("Notify all", t -> {
                Notify notify = new Notify();
                boolean[] set = {false};
                t.tasks(2, () -> {
                    for (Future<Void> told = notify.notified(); !set[0]; told = notify.notified()) {
                        await(told);
                    }
                    return null;
                });
                t.world.thread("setter").then(notify::notifyWaiters).then(() -> {
                    set[0] = true;
                    notify.notifyWaiters();
                });
            }));

    static final Named<Scenario> CANARY = scenario("a notification that is lost with its task", t -> {
        Forgetful forgetful = new Forgetful();
        for (int i = 0; i < 3; i++) {
            t.task(forgetful.notified().map(nothing -> {
                forgetful.notifyOne();
                return null;
            }));
        }
        t.world.thread("first").then(forgetful::notifyOne);
    });

    // ------------------------------------------------------------------ the longer ones

    private static void mpsc(Trial t, Mpsc<Integer> channel, int most) {
        List<Integer> sent = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        sends(t, channel.sender().copy(), 10, sent);
        sends(t, channel.sender(), 20, sent);
        Receiver<Integer> receiver = channel.receiver();
        t.task(t.ending(
                async(() -> {
                    for (Integer item; received.size() < most && (item = await(receiver.receive())) != null; ) {
                        received.add(item);
                    }
                    return null;
                }),
                () -> receiver.close(received::add)));
        t.atEnd(() -> {
            inOrder(t, received.stream().filter(item -> item < 20).toList());
            inOrder(t, received.stream().filter(item -> item >= 20).toList());
            sent.sort(null);
            received.sort(null);
            t.mustBe(sent, received);
        });
    }

    private static void sends(Trial t, Sender<Integer> sender, int from, List<Integer> sent) {
        t.task(t.ending(
                async(() -> {
                    try {
                        for (int i = from; i < from + 3; i++) {
                            await(sender.send(i));
                            sent.add(i);
                        }
                    } catch (ChannelClosedException theReceiverHasLeft) {
                        t.must(sender.isReceiverClosed(), "it has not left");
                    }
                    return null;
                }),
                sender::close));
    }

    private static void inOrder(Trial t, List<Integer> items) {
        for (int i = 1; i < items.size(); i++) {
            t.must(items.get(i) > items.get(i - 1), "out of order: " + items);
        }
    }

    /** Room is reserved, and then used or given back. */
    private static void permits(Trial t) {
        Mpsc<Integer> channel = Mpsc.bounded(1);
        int[] items = {0, 0};
        for (int i = 0; i < 3; i++) {
            Sender<Integer> sender =
                    i == 2 ? channel.sender() : channel.sender().copy();
            t.task(t.ending(
                    async(() -> {
                        try (Permit<Integer> permit = await(sender.reserve())) {
                            if (await(t.flaky(0)) == 0 && t.random(2) == 0) {
                                permit.send(1);
                                items[0]++;
                            }
                        } catch (ChannelClosedException theReceiverHasLeft) {
                            t.must(sender.isReceiverClosed(), "it has not left");
                        }
                        return null;
                    }),
                    sender::close));
        }
        Receiver<Integer> receiver = channel.receiver();
        t.task(t.ending(
                async(() -> {
                    while (await(receiver.receive()) != null) {
                        items[1]++;
                    }
                    return null;
                }),
                () -> receiver.close(item -> items[1]++)));
        t.atEnd(() -> t.mustBe(items[0], items[1]));
    }

    private static Future<Integer> listen(Trial t, BroadcastReceiver<Integer> receiver) {
        return async(() -> {
            int last = 0;
            while (true) {
                try {
                    Integer item = await(receiver.receive());
                    if (item == null) {
                        return t.mustBe(4, last);
                    }
                    last = t.mustBe(last + 1, item);
                } catch (LaggedException lagged) {
                    last += (int) lagged.missed();
                }
            }
        });
    }

    private static void promise(Trial t, boolean mayLeave) {
        List<Integer> owned = new ArrayList<>();
        List<Integer> given = new ArrayList<>();
        Promise<Integer> promise = new Promise<>(owned::add);
        for (int i = 1; i <= 2; i++) {
            int value = i;
            t.world.thread("writer").then(() -> {
                if (promise.complete(value)) {
                    given.add(value);
                }
            });
        }
        Future<Integer> reader = promise.future().map(value -> {
            owned.add(value);
            return value;
        });
        t.task(mayLeave ? Futures.<Integer>race(reader, t.value(0)) : reader);
        t.atEnd(() -> {
            t.mustBe(given, owned);
            t.mustBe(!promise.isCancelled(), given.size() == 1);
        });
    }

    /** Gives the notification to the first in line, who keeps it even when it leaves. */
    private static final class Forgetful {

        private final ArrayDeque<Line> line = new ArrayDeque<>();
        private boolean permit;

        void notifyOne() {
            Line first = line.poll();
            if (first == null) {
                permit = true;
            } else {
                first.notified = true;
                first.waker.wake();
            }
        }

        Future<Void> notified() {
            return new Line(this);
        }

        private static final class Line extends RawFuture<Void> {

            private final Forgetful owner;
            private boolean queued;
            private boolean notified;
            private Waker waker = Waker.noop();

            Line(Forgetful owner) {
                this.owner = owner;
            }

            @Override
            public @Nullable Object pollRaw(Context cx) {
                waker = cx.waker();
                if (!queued && owner.permit) {
                    owner.permit = false;
                    return null;
                }
                if (!queued) {
                    queued = owner.line.add(this);
                }
                return notified ? null : PENDING;
            }

            @Override
            public boolean cancel() {
                owner.line.remove(this);
                return true;
            }
        }
    }
}
