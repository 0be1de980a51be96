package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.AwaitTree;
import pollux.future.Future;
import pollux.time.ManualTime;

class NamedChannelTest {

    private final LocalPool pool = new LocalPool(new ManualTime());

    @AfterEach
    void close() {
        pool.close();
    }

    /** How the receiver waits. */
    enum Wait {
        ONE {
            @Override
            Future<?> of(Receiver<String> receiver) {
                return receiver.receive();
            }
        },
        MANY {
            @Override
            Future<?> of(Receiver<String> receiver) {
                return receiver.receiveMany(new ArrayList<>(), 10);
            }
        };

        abstract Future<?> of(Receiver<String> receiver);
    }

    /** What keeps a channel from being lost, each of them; null is what is left of it after the sender is forgotten. */
    enum Left {
        NOTHING(true) {
            @Override
            @Nullable
            Object of(Sender<String> sender) {
                return null;
            }
        },
        THE_SENDER(false) {
            @Override
            Object of(Sender<String> sender) {
                return sender;
            }
        },
        A_COPY(false) {
            @Override
            Object of(Sender<String> sender) {
                return sender.copy();
            }
        },
        A_COPY_AFTER_CLOSE(false) {
            @Override
            Object of(Sender<String> sender) {
                Sender<String> copy = sender.copy();
                sender.close();
                return copy;
            }
        },
        A_FORGOTTEN_COPY(true) {
            @Override
            @Nullable
            Object of(Sender<String> sender) {
                sender.copy();
                sender.close();
                return null;
            }
        },
        A_PERMIT(false) {
            @Override
            Object of(Sender<String> sender) {
                return Objects.requireNonNull(sender.tryReserve());
            }
        },
        A_SEND(false) {
            @Override
            Object of(Sender<String> sender) {
                return sender.send("later");
            }
        };

        final boolean lost;

        Left(boolean lost) {
            this.lost = lost;
        }

        abstract @Nullable Object of(Sender<String> sender);
    }

    /** A receiver that waits, whose sender was given to {@code left}. */
    private record Planted(JoinHandle<?> task, @Nullable Object left, WeakReference<?> sender) {}

    private Planted plant(Mpsc<String> channel, Wait wait, Left left) {
        JoinHandle<?> task = pool.spawn(wait.of(channel.receiver()));
        pool.runUntilStalled();
        return new Planted(task, left.of(channel.sender()), new WeakReference<>(channel.sender()));
    }

    private static void collect(WeakReference<?> garbage) {
        while (garbage.get() != null) {
            System.gc();
        }
    }

    @ParameterizedTest
    @EnumSource(Left.class)
    void aReceiverWhoseSendersAreLostIsStuck(Left left) {
        for (Wait wait : Wait.values()) {
            Planted planted = plant(Mpsc.named("orders", 1), wait, left);
            Object[] canary = {new Object()};
            WeakReference<?> collected = new WeakReference<>(canary[0]);
            canary[0] = null;
            collect(left == Left.NOTHING ? planted.sender : collected);
            // references that became unreachable together are cleared together
            assertThat(pool.dump().stuck().contains(planted.task.id()))
                    .as("%s, %s", wait, left)
                    .isEqualTo(left.lost);
            assertThat(pool.dump().toString().contains("its senders were collected as garbage without close()"))
                    .isEqualTo(left.lost);
            assertThat(pool.dump().toString()).contains("of channel orders");
            Reference.reachabilityFence(planted.left);
            planted.task.cancel();
            pool.runUntilStalled();
        }
    }

    @Test
    void withoutANameNothingIsReported() {
        Planted planted = plant(Mpsc.bounded(1), Wait.ONE, Left.NOTHING);
        collect(planted.sender);
        assertThat(pool.dump().stuck())
                .as("canary: the channel does not know its senders")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anItemThatIsLeftWakesTheReceiver(boolean taken) {
        Mpsc<String> channel = Mpsc.named("left", 2);
        channel.sender().trySend("item");
        if (taken) {
            channel.receiver().tryReceive();
        }
        WeakReference<?> sender = new WeakReference<>(channel.sender());
        Receiver<String> receiver = channel.receiver();
        channel = null;
        collect(sender);
        assertThat(AwaitTree.of(receiver.receive()).isWokenByItself()).isEqualTo(!taken);
    }

    @Test
    void aClosedSenderIsNotLost() {
        Mpsc<String> channel = Mpsc.named("closed", 2);
        channel.sender().close();
        WeakReference<?> sender = new WeakReference<>(channel.sender());
        Receiver<String> receiver = channel.receiver();
        channel = null;
        collect(sender);
        JoinHandle<String> end = pool.spawn(receiver.receive());
        pool.runUntilStalled();
        assertThat(end.isDone()).isTrue();
    }

    @Test
    void metricsOfNamedChannels() {
        Mpsc<String> channel = Mpsc.named("metrics-test", 2);
        channel.sender().trySend("one");
        channel.sender().trySend("two");
        pool.spawn(channel.sender().send("three"));
        pool.runUntilStalled();
        Mpsc<String> other = Mpsc.bounded(2);
        List<ChannelMetrics> found = ChannelMetrics.ofNamed().stream()
                .filter(each -> each.name().equals("metrics-test"))
                .toList();
        assertThat(found).isEqualTo(List.of(new ChannelMetrics("metrics-test", 2, 2, 1, 1)));
        Reference.reachabilityFence(other);
        Reference.reachabilityFence(channel);
    }

    @Test
    void aNameNeedsRoomToo() {
        assertThatThrownBy(() -> Mpsc.named("none", 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
