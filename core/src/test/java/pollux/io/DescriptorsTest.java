package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static pollux.io.Loopback.any;
import static pollux.io.Loopback.run;
import static pollux.io.Loopback.sockets;
import static pollux.io.Loopback.until;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;

/** No descriptor is left behind. */
@Timeout(value = 180)
@EnabledIf("pollux.io.Loopback#canCountDescriptors")
class DescriptorsTest {

    private static Future<Void> acceptAndClose(TcpListener listener) {
        return listener.accept().then(taken -> {
            taken.close();
            return acceptAndClose(listener);
        });
    }

    @Test
    void thousandConnectsCancelledAtRandomLeaveNothing() {
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            TcpListener listener = run(pool, TcpListener.bind(any()));
            pool.spawn(acceptAndClose(listener));
            run(pool, TcpStream.connect(listener.localAddress())).close();
            long before = sockets();
            Random random = new Random(42);
            int connected = 0;
            for (int i = 0; i < 1_000; i++) {
                JoinHandle<TcpStream> task = pool.spawn(TcpStream.connect(listener.localAddress()));
                for (int spin = random.nextInt(2_000); spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                if (random.nextBoolean()) {
                    task.cancel();
                }
                try {
                    run(pool, task.join()).close();
                    connected++;
                } catch (CancellationException cancelled) {
                    // before it was connected
                }
            }
            assertThat(connected).isBetween(1, 999);
            listener.close();
            until(() -> sockets() <= before);
        }
    }

    @Test
    void closedPoolReleasesEverything() {
        long before = sockets();
        TaskPool pool = TaskPool.builder().workers(2).build();
        for (int i = 0; i < 20; i++) {
            Loopback pair = new Loopback(pool);
            pool.spawn(pair.server.read(ByteBuffer.allocate(1)));
            run(pool, UdpSocket.bind(any()));
        }
        assertThat(sockets()).isGreaterThanOrEqualTo(before + 80);
        pool.close();
        assertThat(sockets()).isEqualTo(before);
    }

    @Test
    void localPoolReleasesEverything() {
        long before = sockets();
        LocalPool pool = new LocalPool();
        pool.runUntil(TcpListener.bind(any())
                .then(listener -> Futures.join(
                        TcpStream.connect(listener.localAddress()), listener.accept(), (client, server) -> null)));
        assertThat(sockets()).isGreaterThan(before);
        pool.close();
        assertThat(sockets()).isEqualTo(before);
    }

    @Test
    void closeAloneReleasesWhileTheWorkersSleep() {
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            long before = sockets();
            for (int i = 0; i < 100; i++) {
                new Loopback(pool).close();
            }
            until(() -> sockets() <= before);
        }
    }

    @Test
    void fallbackThreadComesAndGoes() throws Exception {
        DriverThread driver = new DriverThread(java.time.Duration.ofMillis(1));
        for (int round = 0; round < 20; round++) {
            assertThat(driver.thread()).isNull();
            java.nio.channels.DatagramChannel channel = java.nio.channels.DatagramChannel.open();
            channel.configureBlocking(false);
            Socket socket = new Socket(channel, "test");
            driver.register(socket);
            Thread thread = driver.thread();
            assertThat(thread).isNotNull();
            socket.close();
            thread.join();
        }
    }

    @Test
    void tasksOfOtherExecutorsAreServed() {
        for (Spawner hosted : new Spawner[] {Spawner.inline(), Spawner.on(Runnable::run)}) {
            try (Loopback pair = new Loopback(hosted)) {
                JoinHandle<Integer> read = hosted.spawn(pair.server.read(ByteBuffer.allocate(10)));
                pair.run(pair.client.writeAll(Loopback.bytes("abc")));
                assertThat(pair.run(read.join())).isEqualTo(3);
                assertThat(DriverThread.SHARED.thread()).isNotNull();
            }
        }
    }
}
