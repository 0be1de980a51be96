package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.executor.BlockOn;
import pollux.executor.TaskPool;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.io.TcpListener;
import pollux.io.TcpStream;
import pollux.time.Timers;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Mono;

/** A process under BlockHound's agent, which is one of its own. */
@Timeout(120)
class BlockHoundMarksTest {

    @TempDir
    Path folder;

    @Test
    void blockingCallsOfTasksAreReportedAndOursAreNot() throws Exception {
        Path printed = folder.resolve("printed");
        Process process = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("ends").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(printed);
        assertThat(text.lines()
                        .filter(line -> line.startsWith("- "))
                        .map(line -> line.replaceAll("sleep(Nanos)?0", "sleep")))
                .as(text)
                .containsExactly(
                        "- sleep in a task: Blocking call! java.lang.Thread.sleep", // or what it calls in newer JDKs
                        "- sleep on a thread of spawnBlocking: fine",
                        "- a task that waits: fine",
                        "- a socket: fine",
                        "- a Mono of another scheduler: fine",
                        "- a report to the log: fine");
        assertThat(process.exitValue()).isZero();
        assertThat(text).as("Reactor finds context propagation").doesNotContain("Unexpected exception");
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+AllowRedefinitionToAddDeleteMethods"); // BlockHound asks for it from JDK 13 on
        if (Runtime.version().feature() >= 21) {
            command.add("-XX:+EnableDynamicAgentLoading");
        }
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(BlockHoundMarksTest.class.getName());
        return command;
    }

    /** Prints what comes of what. */
    public static void main(String[] args) {
        BlockHound.install();
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            say(pool, "sleep in a task", Futures.defer(() -> Futures.ready(nap())));
            say(
                    pool,
                    "sleep on a thread of spawnBlocking",
                    pool.spawnBlocking(BlockHoundMarksTest::nap).join());
            say(pool, "a task that waits", Timers.sleep(Duration.ofMillis(20)));
            say(pool, "a socket", echo());
            say(
                    pool,
                    "a Mono of another scheduler",
                    ReactorAdapter.future(Mono.delay(Duration.ofMillis(5)).then(Mono.just(1))));
            say(pool, "a report to the log", Futures.defer(() -> {
                Failures.report("for a test", new IOException("expected"));
                return Futures.ready(null);
            }));
        }
    }

    private static Object nap() {
        try {
            Thread.sleep(1);
            return 1;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Future<Integer> echo() {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .then(listener -> Futures.join(
                        TcpStream.connect(listener.localAddress())
                                .then(client -> client.writeAll(ByteBuffer.allocate(3))
                                        .then(nothing -> client.shutdown())
                                        .then(nothing -> client.read(ByteBuffer.allocate(1)))),
                        listener.accept()
                                .then(server -> server.read(ByteBuffer.allocate(10))
                                        .map(count -> {
                                            server.close();
                                            listener.close();
                                            return count;
                                        })),
                        (end, count) -> count));
    }

    private static void say(TaskPool pool, String what, Future<?> future) {
        try {
            BlockOn.blockOn(pool.spawn(future).join());
            System.out.println("- " + what + ": fine");
        } catch (Throwable failure) {
            System.out.println("- " + what + ": "
                    + String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
