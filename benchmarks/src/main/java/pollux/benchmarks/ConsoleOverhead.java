package pollux.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import pollux.observability.Console;

/**
 * What does the console cost?
 *
 * <p>The {@code pollux} rows of {@link SpawnJoin}, {@link PendingWake}, {@link ChannelThroughput} and
 * {@link StreamPublish}, without a console, with one that no page looks at, and with one that a page looks at all the
 * time. Ops as there.
 *
 * <p>Expected: without a page nothing but some threads that sleep; with a page one look a second.
 */
public class ConsoleOverhead extends Workload {

    /** Whether there is a console: absent, closed, or open in a page. */
    @Param({"absent", "closed", "open"})
    public String page = "absent";

    private final SpawnJoin spawn = new SpawnJoin();
    private final PendingWake wake = new PendingWake();
    private final ChannelThroughput channel = new ChannelThroughput();
    private final StreamPublish bridge = new StreamPublish();
    private @Nullable Console console;

    /** Starts the console, and opens its page. */
    @Setup
    public void open() throws IOException {
        wake.depth = 1;
        channel.producers = 1;
        bridge.demand = "256";
        if (!page.equals("absent")) {
            console = Console.start(0);
        }
        if (page.equals("open") && console != null) {
            InputStream events = console.url().resolve("events").toURL().openStream();
            Thread reader = new Thread(
                    () -> {
                        try (events) {
                            events.transferTo(OutputStream.nullOutputStream());
                        } catch (IOException closed) {
                            // the console is closed
                        }
                    },
                    "page");
            reader.setDaemon(true);
            reader.start();
        }
    }

    /** Closes it again. */
    @TearDown
    public void close() {
        if (console != null) {
            console.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(SpawnJoin.TASKS)
    public long spawn() {
        return spawn.pollux();
    }

    @Benchmark
    @OperationsPerInvocation(PendingWake.WAKES)
    public long wake() {
        return wake.pollux();
    }

    @Benchmark
    @OperationsPerInvocation(ChannelThroughput.ITEMS)
    public long channel() {
        return channel.pollux();
    }

    @Benchmark
    @OperationsPerInvocation(StreamPublish.ITEMS)
    public long bridge() {
        return bridge.pollux();
    }
}
