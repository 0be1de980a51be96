package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.io.Loopback.any;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** What the selector is asked for, step by step: as seldom as possible, and never so that it spins. */
@Timeout(value = 120)
class SelectorDriverTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(20);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(20);

    private final SelectorDriver driver = SelectorDriver.open();
    private final Context cx = new Context(Waker.noop(), Services.NONE);
    private DatagramChannel channel;
    private Socket socket;
    private int wakes;

    @BeforeEach
    void open() throws IOException {
        channel = DatagramChannel.open().bind(any());
        channel.configureBlocking(false);
        socket = new Socket(channel, "test");
        driver.register(socket);
    }

    @AfterEach
    void close() {
        driver.close();
        assertThat(channel.isOpen()).isFalse();
        assertThat(socket.isClosed()).isTrue();
    }

    private void arrive() throws IOException {
        try (DatagramChannel sender = DatagramChannel.open()) {
            sender.send(ByteBuffer.allocate(1), channel.getLocalAddress());
        }
    }

    private RawFuture<Integer> receive() {
        return new SocketFuture<>(socket, socket.reading, SelectionKey.OP_READ) {
            @Override
            Object attempt(Context context) throws IOException {
                if (channel.receive(ByteBuffer.allocate(1)) == null) {
                    exhausted();
                    return PENDING;
                }
                return 1;
            }
        };
    }

    private Object poll(RawFuture<?> future) {
        cx.begin(() -> wakes++, Services.NONE);
        return future.pollRaw(cx);
    }

    /** Returns whether the driver has waited to the end instead of being told something. */
    private boolean waitsInVain() {
        long start = System.nanoTime();
        driver.await(SHORT);
        driver.dispatch();
        return System.nanoTime() - start >= SHORT;
    }

    @Test
    void nothingIsAskedForBeforeSomebodyWaits() {
        assertThat(socket.key().interestOps()).isZero();
        assertThat(poll(receive())).isSameAs(RawFuture.PENDING);
        assertThat(socket.key().interestOps()).isEqualTo(SelectionKey.OP_READ);
    }

    @Test
    void interestStaysFromOneReadToTheNext() throws IOException {
        for (int i = 1; i <= 3; i++) {
            RawFuture<Integer> read = receive();
            assertThat(poll(read)).isSameAs(RawFuture.PENDING);
            arrive();
            driver.await(LONG);
            assertThat(driver.dispatch()).isEqualTo(1);
            assertThat(wakes).isEqualTo(i);
            assertThat(poll(read)).isEqualTo(1);
            assertThat(socket.key().interestOps()).isEqualTo(SelectionKey.OP_READ);
        }
    }

    @Test
    void readySocketThatNobodyReadsIsReportedOnceAndThenLeftAlone() throws IOException {
        RawFuture<Integer> read = receive();
        poll(read);
        arrive();
        driver.await(LONG);
        assertThat(driver.dispatch()).isEqualTo(1);

        driver.await(0);
        assertThat(driver.dispatch()).isZero();
        assertThat(socket.key().interestOps()).as("a look takes nothing back").isEqualTo(SelectionKey.OP_READ);

        driver.await(LONG);
        assertThat(driver.dispatch()).isZero();
        assertThat(socket.key().interestOps()).isZero();
        assertThat(waitsInVain()).as("no selection is kept from waiting").isTrue();

        assertThat(poll(read)).isEqualTo(1);
        poll(receive());
        assertThat(socket.key().interestOps()).as("given again").isEqualTo(SelectionKey.OP_READ);
        arrive();
        driver.await(LONG);
        assertThat(driver.dispatch()).isEqualTo(1);
    }

    @Test
    void wakeUpEndsTheWaitUnderWayOrTheNextOne() {
        driver.wakeUp();
        driver.wakeUp();
        driver.await(LONG);
        assertThat(waitsInVain()).as("once only").isTrue();
    }

    @Test
    void closedSocketIsForgotten() {
        poll(receive());
        socket.close();
        assertThat(driver.isIdle()).isFalse();
        driver.await(0);
        assertThat(driver.isIdle()).isTrue();
        assertThat(wakes).isEqualTo(1);
    }

    @Test
    void socketThatComesAfterTheCloseIsRefused() throws IOException {
        SelectorDriver gone = SelectorDriver.open();
        gone.close();
        try (DatagramChannel late = DatagramChannel.open()) {
            late.configureBlocking(false);
            assertThatThrownBy(() -> gone.register(new Socket(late, "late")))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("the pool is closed");
            assertThat(late.isRegistered()).isFalse();
        }
    }
}
