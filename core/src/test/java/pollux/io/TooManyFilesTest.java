package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static pollux.io.Loopback.any;
import static pollux.io.Loopback.run;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import pollux.executor.JoinHandle;
import pollux.executor.Reports;
import pollux.executor.TaskPool;
import pollux.future.Failures;
import pollux.time.Timers;

/** A process without a free descriptor, which is one of its own. */
@Timeout(value = 180)
@EnabledIf("pollux.io.Loopback#canCountDescriptors")
class TooManyFilesTest {

    @TempDir
    Path folder;

    @Test
    void acceptReportsOnceWaitsAndGoesOn() throws Exception {
        Path printed = folder.resolve("printed");
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 200 && exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TooManyFilesTest.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(printed)).isEqualTo("accepted after all, reports: 1\n");
        assertThat(process.exitValue()).isZero();
    }

    /** Uses all descriptors up, connects from the kernel's point of view, waits, frees them. */
    public static void main(String[] args) throws Exception {
        loadEverything();
        TaskPool pool = TaskPool.builder().workers(1).build();
        TcpListener listener = run(pool, TcpListener.bind(any()));
        // the virtual machine itself may have let go of a descriptor at the wrong moment, and accept() have got it
        while (!waitsForADescriptor(pool, listener)) {
            Reports.all().clear();
        }
        System.out.println("accepted after all, reports: " + Reports.all().size());
        System.exit(0);
    }

    private static boolean waitsForADescriptor(TaskPool pool, TcpListener listener) throws Exception {
        Socket client = new Socket();
        client.setReuseAddress(true); // has its descriptor now
        List<FileChannel> hogs = new ArrayList<>();
        JoinHandle<TcpStream> accept = pool.spawn(listener.accept());
        long cpu = cpuNanos(); // reads a file, so it is asked while there are descriptors
        try {
            while (true) {
                hogs.add(FileChannel.open(Path.of("/dev/null")));
            }
        } catch (IOException full) {
            client.connect(listener.localAddress());
        }
        run(pool, Timers.sleep(Duration.ofMillis(500)));
        boolean waited = !accept.isDone();
        for (FileChannel hog : hogs) {
            hog.close();
        }
        cpu = cpuNanos() - cpu;
        run(pool, accept.join()).close();
        client.close();
        if (waited && cpu > 400_000_000) {
            System.out.println("waited with " + cpu + " ns of CPU");
            System.exit(1);
        }
        return waited;
    }

    /** Without a descriptor no class can be loaded from a directory. */
    private static void loadEverything() throws Exception {
        Failures.report("loads the logger", new IOException("try"));
        Reports.all().clear();
        Path classes = Path.of(TaskPool.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes.resolve("pollux"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = classes.relativize(file).toString();
                if (name.endsWith(".class") && !name.contains("package-info")) {
                    Class.forName(name.replace('/', '.').replace(".class", ""));
                }
            }
        }
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
