package pollux.examples.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.sync.CancelToken;
import pollux.time.Timers;

/** At least once, though consumers are cancelled; skipped where no {@code redis-server} is installed. */
@Timeout(180)
class StreamConsumerTest {

    private static final int COUNT = 10_000;

    @TempDir
    static Path directory;

    private static Process server;
    private static RedisClient client;
    private static RedisCommands<String, String> commands;

    @BeforeAll
    static void start() throws Exception {
        Path program = Stream.of(
                        "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(program != null, "redis-server is not installed");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server = new ProcessBuilder(
                        program.toString(), "--port", "" + port, "--save", "", "--dir", directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        client = RedisClient.create(RedisURI.create("localhost", port));
        while (commands == null) {
            try {
                commands = client.connect().sync();
            } catch (RedisConnectionException notYet) {
                Pollux.blockOn(Timers.sleep(Duration.ofMillis(20)));
            }
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            client.shutdown();
            server.destroyForcibly();
        }
    }

    private final CancelToken stop = new CancelToken();

    private JoinHandle<Void> consume(
            String stream, String name, Function<StreamMessage<String, String>, Future<?>> process) {
        return Pollux.spawn(new StreamConsumer(
                        client.connect().async(),
                        client.connect().async(),
                        stream,
                        "group",
                        name,
                        32,
                        Duration.ofMillis(300))
                .run(process, stop));
    }

    private static void fill(String stream, int count) {
        commands.xgroupCreate(XReadArgs.StreamOffset.from(stream, "0-0"), "group", XGroupCreateArgs.Builder.mkstream());
        for (int i = 0; i < count; i++) {
            commands.xadd(stream, Map.of("n", "" + i));
        }
    }

    private static int number(StreamMessage<String, String> entry) {
        return Integer.parseInt(entry.getBody().get("n"));
    }

    /** Looks again until it is so; the time limit of the test is the bound. */
    private static void until(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Pollux.blockOn(Timers.sleep(Duration.ofMillis(20)));
        }
    }

    @Test
    void each_entry_is_processed_though_a_consumer_is_cancelled_and_nothing_stays_pending() throws Exception {
        fill("many", COUNT);
        ConcurrentLinkedQueue<Integer> done = new ConcurrentLinkedQueue<>();
        Function<StreamMessage<String, String>, Future<?>> process =
                entry -> Futures.yieldNow().map(nothing -> done.add(number(entry)));
        JoinHandle<Void> cancelled = consume("many", "first", process);
        until(() -> done.size() > 1_000);
        cancelled.cancel();
        assertThatThrownBy(() -> Pollux.blockOn(cancelled.join()))
                .isInstanceOf(java.util.concurrent.CancellationException.class);
        List<JoinHandle<Void>> others = new ArrayList<>();
        for (String name : List.of("second", "third")) {
            others.add(consume("many", name, process));
        }
        until(() -> {
            Set<Integer> each = new HashSet<>(done);
            return each.size() == COUNT && commands.xpending("many", "group").getCount() == 0;
        });
        stop.cancel();
        for (JoinHandle<Void> other : others) {
            Pollux.blockOn(other.join());
        }
        assertThat(done.size() - COUNT)
                .as("processed twice: what was under way")
                .isBetween(0, 200);
    }

    @Test
    void an_entry_that_fails_ends_the_consumer_and_goes_to_the_next_one() throws Exception {
        fill("poisoned", 1);
        IllegalStateException poison = new IllegalStateException("poison");
        JoinHandle<Void> first = consume("poisoned", "first", entry -> Futures.failed(poison));
        assertThatThrownBy(() -> Pollux.blockOn(first.join())).isSameAs(poison);
        assertThat(commands.xpending("poisoned", "group").getCount()).isOne();
        CountDownLatch taken = new CountDownLatch(1);
        JoinHandle<Void> second = consume("poisoned", "second", entry -> {
            taken.countDown();
            return Futures.ready(null);
        });
        taken.await();
        until(() -> commands.xpending("poisoned", "group").getCount() == 0);
        stop.cancel();
        Pollux.blockOn(second.join());
    }
}
