package pollux.examples.keyvalue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.io.TcpListener;

/** The server beside clients that were not made for it: Lettuce, redis-cli where there is one, and a bare socket. */
@Timeout(value = 180)
class KeyValueServerTest {

    private final TaskPool pool = TaskPool.builder().workers(2).build();
    private final TcpListener listener =
            Pollux.blockOn(pool.spawn(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .join());
    private final int port = listener.localAddress().getPort();

    KeyValueServerTest() {
        pool.spawn(KeyValueServer.serve(listener, pool));
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void lettuceSetsGetsAndDeletes() {
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            var redis = connection.sync();
            assertThat(redis.ping()).isEqualTo("PONG");
            assertThat(redis.get("greeting")).isNull();
            assertThat(redis.set("greeting", "hello, wörld")).isEqualTo("OK");
            assertThat(redis.get("greeting")).isEqualTo("hello, wörld");
            assertThat(redis.del("greeting", "nothing")).isEqualTo(1);
            assertThat(redis.get("greeting")).isNull();
            assertThat(redis.clientId()).isPositive();
            assertThatThrownBy(() -> redis.incr("greeting"))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessageContaining("unknown command 'INCR'");
            assertThatThrownBy(() -> redis.set("greeting", "hello", SetArgs.Builder.nx()))
                    .isInstanceOf(RedisCommandExecutionException.class)
                    .hasMessageContaining("syntax error");
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void lettucePipelinesOnManyConnections() throws Exception {
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();
        try {
            List<RedisFuture<String>> answers = new ArrayList<>();
            String large = "x".repeat(100_000);
            for (int c = 0; c < 10; c++) {
                connections.add(client.connect());
                for (int i = 0; i < 200; i++) {
                    connections.get(c).async().set("key " + c + " " + i, "value " + i);
                }
                connections.get(c).async().set("large " + c, large);
                answers.add(connections.get(c).async().get("key " + c + " 199"));
                answers.add(connections.get(c).async().get("large " + c));
            }
            for (int c = 0; c < 10; c++) {
                assertThat(answers.get(2 * c).get(60, TimeUnit.SECONDS)).isEqualTo("value 199");
                assertThat(answers.get(2 * c + 1).get(60, TimeUnit.SECONDS)).isEqualTo(large);
            }
        } finally {
            connections.forEach(StatefulRedisConnection::close);
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void redisCliIsServed() throws Exception {
        assumeTrue(isInstalled("redis-cli"));
        assertThat(redisCli("SET", "key", "value")).isEqualTo("OK");
        assertThat(redisCli("GET", "key")).isEqualTo("value");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "PING~QUIT~ | +PONG~+OK~",
                "  ping   hey ~QUIT~ | $3~hey~+OK~",
                "~QUIT~ | +OK~",
                "*1~$4~PING~*1~$4~QUIT~ | +PONG~+OK~",
                "GET~QUIT~ | -ERR wrong number of arguments for 'get' command~+OK~",
                "GET nothing~HELLO 3~GET nothing~QUIT~ | $-1~%5~$6~server~$6~pollux~$7~version~$5~7.0.0~$5~proto~:3~$2~id~:ID~"
                        + "$4~mode~$10~standalone~_~+OK~",
                "HELLO 4~QUIT~ | -NOPROTO unsupported protocol version~+OK~",
                "*1~PING~ | -ERR Protocol error: expected '$', got 'PING'~",
                "*x~ | -ERR Protocol error: invalid length '*x'~",
                "*2~$99999999999~ | -ERR Protocol error: invalid length '$99999999999'~",
            })
    void bareSocketGetsTheseBytes(String sent, String received) throws IOException {
        assertThat(talk(sent.strip().replace("~", "\r\n"))
                        .replaceFirst(":\\d{2,}|:[1245-9]\r", ":ID\r")
                        .replace("\r\r", "\r"))
                .isEqualTo(received.strip().replace("~", "\r\n"));
    }

    @Test
    void clientThatLeavesInTheMiddleOfACommandHarmsNobody() throws IOException {
        talk("*2\r\n$3\r\nGET\r\n$10\r\nabc");
        assertThat(talk("PING\r\nQUIT\r\n")).isEqualTo("+PONG\r\n+OK\r\n");
    }

    /** Answers go out when no whole command is at hand, also while a part of the next one is. */
    @Test
    void answersGoOutBeforeTheRestOfACommandComes() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("PING\r\nPING\r\n*2\r\n$3\r\nGE".getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readNBytes(14), UTF_8))
                    .isEqualTo("+PONG\r\n+PONG\r\n");
            socket.getOutputStream().write("T\r\n$1\r\nx\r\n".getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readNBytes(5), UTF_8)).isEqualTo("$-1\r\n");
        }
    }

    @Test
    void pipelineOfAnyLengthIsAnswered() throws IOException {
        int commands = 20_000;
        assertThat(talk("PING\r\n".repeat(commands) + "QUIT\r\n")).isEqualTo("+PONG\r\n".repeat(commands) + "+OK\r\n");
    }

    @Test
    void commandThatIsTooLongIsRefused() throws IOException {
        String part = "$8000000\r\n" + "x".repeat(8_000_000) + "\r\n";
        assertThat(talk("*6\r\n" + part.repeat(4) + "$8000000\r\n")).contains("command longer than");
    }

    /** Sends everything, ends the output, and reads up to the end. */
    private String talk(String sent) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(sent.getBytes(UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private String redisCli(String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return printed.strip();
    }

    private static boolean isInstalled(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version").start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
