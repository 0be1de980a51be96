package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.EndOfStack;
import pollux.doubles.EndOfStack.DeepLock;

/** A socket that is registered where the stack ends: the lock of the driver is free afterwards. */
@Timeout(120)
class EndOfStackTest {

    private static final int ROUNDS = 20;

    @Test
    void aRegistrationLeavesTheLockFree() throws Exception {
        DeepLock lock = new DeepLock(DriverThread.LOCKED_FRAMES / 2);
        DriverThread driver = new DriverThread(Duration.ofMillis(1), lock);
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        Socket socket = new Socket(channel, "deep");
        driver.register(socket);
        int ends = EndOfStack.reach(ROUNDS, () -> {
            try {
                driver.register(socket); // once more with the same selector: its key stays
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        assertThat(ends).isGreaterThan(ROUNDS);
        assertThat(lock.isFree()).isTrue();
        socket.close();
    }
}
