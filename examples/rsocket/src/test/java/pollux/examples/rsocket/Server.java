package pollux.examples.rsocket;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The server in a process of its own. */
final class Server implements AutoCloseable {

    final int port;
    final Process process;
    private final BufferedReader lines;

    /** Starts it with the heap given, and waits until it listens. */
    Server(String heap, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                heap,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                QuoteServer.class.getName(),
                Integer.toString(port)));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        lines = process.inputReader();
        this.port = Integer.parseInt(await("port "));
    }

    /** Reads on to the line that begins so, and returns the rest of it. */
    String await(String beginning) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the server ended without: " + beginning + "\n" + said);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
