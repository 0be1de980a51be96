package pollux.examples.kafka;

import java.io.IOException;
import java.nio.file.Path;

/** A broker in a process of its own, which can be killed and started again with its port and its directory. */
final class BrokerProcess implements AutoCloseable {

    final String servers;
    private final Process process;

    /** Starts it, and waits until it has started. */
    BrokerProcess(Path directory, int port, int controller) throws IOException {
        servers = "localhost:" + port;
        process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        directory.toString(),
                        Integer.toString(port),
                        Integer.toString(controller))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!"started".equals(process.inputReader().readLine())) {
            throw new AssertionError("the broker has not started");
        }
    }

    /** Directory, port, and the port of the controller. It ends with its input, so also with its parent. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Broker broker = Broker.start(directory, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        System.out.println("started");
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        broker.close();
    }

    /** Kills it. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
