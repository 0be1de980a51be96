package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.doubles.HandTask;
import pollux.future.Future;

/** Senders on threads of their own, some of which change their minds, against one receiver. */
@Timeout(120)
class MpscStressTest {

    private static final int ITEMS = 10_000;

    private record Item(int sender, int number) {}

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "2, 2", "16, 3", "0, 3"})
    void everyItemThatWasSentArrivesOnceAndInTheOrderOfItsSender(int capacity, int senders) throws Exception {
        Mpsc<Item> channel = capacity == 0 ? Mpsc.unbounded() : Mpsc.bounded(capacity);
        AtomicInteger sent = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            int id = s;
            Sender<Item> sender = channel.sender().copy();
            Thread thread = new Thread(() -> sent.addAndGet(send(sender, id)));
            threads.add(thread);
            thread.start();
        }
        channel.sender().close();
        int[] last = new int[senders];
        int received = 0;
        HandTask task = new HandTask();
        Random random = new Random(7);
        List<Item> batch = new ArrayList<>();
        while (true) {
            batch.clear();
            if (random.nextInt(4) == 0) {
                Future<Item> givenUp = channel.receiver().receive();
                Object answer = task.poll(givenUp);
                if (answer == HandTask.PENDING) {
                    givenUp.cancel();
                } else if (answer != null) {
                    batch.add((Item) answer);
                }
            } else if (random.nextBoolean()) {
                Item item = task.await(channel.receiver().receive());
                if (item == null) {
                    break;
                }
                batch.add(item);
            } else if (task.await(channel.receiver().receiveMany(batch, 5)) == 0) {
                break;
            }
            for (Item item : batch) {
                assertThat(item.number).isGreaterThan(last[item.sender]);
                last[item.sender] = item.number;
            }
            received += batch.size();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(received).isEqualTo(sent.get()).isPositive();
        assertThat(channel.receiver().isOver()).isTrue();
    }

    /** Sends, reserves and gives up at random; returns how many items are on their way. */
    private static int send(Sender<Item> sender, int id) {
        HandTask task = new HandTask();
        Random random = new Random(id);
        int sent = 0;
        for (int i = 1; i <= ITEMS; i++) {
            Item item = new Item(id, i);
            switch (random.nextInt(4)) {
                case 0 -> {
                    Future<Void> mayGiveUp = sender.send(item);
                    if (task.poll(mayGiveUp) == HandTask.PENDING) {
                        mayGiveUp.cancel();
                    } else {
                        sent++;
                    }
                }
                case 1 -> {
                    try (Permit<Item> permit = task.await(sender.reserve())) {
                        if (random.nextBoolean()) {
                            permit.send(item);
                            sent++;
                        }
                    }
                }
                case 2 -> sent += sender.trySend(item) ? 1 : 0;
                default -> {
                    task.await(sender.send(item));
                    sent++;
                }
            }
        }
        sender.close();
        return sent;
    }

    /** One item goes to and fro, so a single lost wake-up stops the game. */
    @Test
    void noWakeUpIsLostBetweenTwo() throws Exception {
        int rounds = 10_000;
        Mpsc<Integer> there = Mpsc.bounded(1);
        Mpsc<Integer> back = Mpsc.bounded(1);
        Thread echo = new Thread(() -> {
            HandTask task = new HandTask();
            Integer item = task.await(there.receiver().receive());
            while (item != null) {
                task.await(back.sender().send(item));
                item = task.await(there.receiver().receive());
            }
            back.sender().close();
        });
        echo.setDaemon(true);
        echo.start();
        HandTask task = new HandTask();
        for (int i = 0; i < rounds; i++) {
            task.await(there.sender().send(i));
            assertThat(task.await(back.receiver().receive())).isEqualTo(i);
        }
        there.sender().close();
        assertThat(task.await(back.receiver().receive())).isNull();
        echo.join();
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void aReceiverThatLeavesReleasesEveryItemAndEverySender(int capacity) throws Exception {
        for (int round = 0; round < 200; round++) {
            Mpsc<Integer> channel = Mpsc.bounded(capacity);
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger discarded = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int s = 0; s < 2; s++) {
                Thread thread = new Thread(() -> {
                    HandTask task = new HandTask();
                    try {
                        while (true) {
                            task.await(channel.sender().send(1));
                            sent.incrementAndGet();
                        }
                    } catch (ChannelClosedException expected) {
                        assertThat(channel.sender().isReceiverClosed()).isTrue();
                    }
                });
                threads.add(thread);
                thread.start();
            }
            HandTask task = new HandTask();
            for (int i = 0; i < round % 7; i++) {
                task.await(channel.receiver().receive());
            }
            channel.receiver().close(item -> discarded.incrementAndGet());
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(discarded.get() + round % 7).isEqualTo(sent.get());
            assertThat(channel.receiver().isOver()).isTrue();
        }
    }
}
