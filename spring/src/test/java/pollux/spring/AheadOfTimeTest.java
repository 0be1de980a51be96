package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Spring's processing ahead of time, as a native image needs it: the generated code compiles, an application starts
 * from it on the JVM, and the hints name what the starter has Spring make by reflection.
 */
@Timeout(300)
class AheadOfTimeTest {

    @TempDir
    static Path directory;

    /** What the application writes once it has started. */
    static final Queue<String> LOG = new ConcurrentLinkedQueue<>();

    static Process process;
    static WebTestClient client;

    private static ProcessBuilder tool(String tool, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile());
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static List<Path> files(Path root, String end) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path sources = directory.resolve("sources");
        Path resources = directory.resolve("resources");
        Path classes = directory.resolve("classes");
        for (Path made : List.of(sources, resources, classes)) {
            Files.createDirectory(made);
        }
        List<String> settings = List.of(
                "--spring.main.web-application-type=reactive",
                "--spring.main.banner-mode=off",
                "--server.port=0",
                "--spring.r2dbc.url=r2dbc:h2:mem:///ahead");
        List<String> processing = new ArrayList<>(List.of("-cp", classPath()));
        processing.add(SpringApplicationAotProcessor.class.getName());
        processing.add(AheadOfTimeShop.class.getName());
        processing.addAll(List.of(sources.toString(), resources.toString(), classes.toString(), "group", "artifact"));
        processing.addAll(settings);
        succeeds(tool("java", processing));

        List<String> compilation =
                new ArrayList<>(List.of("-proc:none", "-nowarn", "-cp", classes + File.pathSeparator + classPath()));
        compilation.addAll(List.of("-d", classes.toString()));
        files(sources, ".java").forEach(file -> compilation.add(file.toString()));
        succeeds(tool("javac", compilation));

        List<String> run = new ArrayList<>(List.of("-Dspring.aot.enabled=true", "-cp"));
        run.add(classes + File.pathSeparator + resources + File.pathSeparator + classPath());
        run.add(AheadOfTimeShop.class.getName());
        run.addAll(settings);
        process = tool("java", run).start();
        StringBuilder seen = new StringBuilder();
        var output = process.inputReader();
        String line;
        while ((line = output.readLine()) != null && !line.startsWith("port=")) {
            seen.append(line).append('\n');
        }
        assertThat(line).as(() -> seen + read(directory.resolve("errors"))).isNotNull();
        assertThat(seen).contains("Starting AOT-processed");
        Thread rest = new Thread(() -> output.lines().forEach(LOG::add));
        rest.setDaemon(true);
        rest.start();
        client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + line.substring("port=".length()))
                .responseTimeout(java.time.Duration.ofSeconds(90))
                .build();
    }

    private static void succeeds(ProcessBuilder tool) throws Exception {
        Path output = directory.resolve("output");
        int status = tool.redirectOutput(output.toFile()).start().waitFor();
        assertThat(status)
                .as(() -> read(output) + read(directory.resolve("errors")))
                .isZero();
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (process != null) {
            process.getOutputStream().close();
            assertThat(process.waitFor()).isZero();
        }
    }

    private static void answers(String path, String text) {
        client.get()
                .uri(path)
                .exchange()
                .expectBody(String.class)
                .value(body -> assertThat(body).as(() -> String.join("\n", LOG)).contains(text));
    }

    @Test
    void an_application_processed_ahead_of_time_answers() {
        answers("/order", "{\"item\":\"row 1 on pollux-app-worker-");
        answers("/items", "[{\"item\":\"a\"},{\"item\":\"b\"}]");
        answers("/refused", "@Async on ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pollux.spring.SharedRegistryInitializer", // made through spring.factories
                "pollux.spring.PolluxProperties", // bound by its constructor
                "pollux.spring.AheadOfTimeShop$Order" // written by Jackson, found inside Future<Order>
            })
    void hints_name(String type) throws IOException {
        StringBuilder hints = new StringBuilder();
        for (Path file : files(directory.resolve("resources"), ".json")) {
            hints.append(Files.readString(file));
        }
        assertThat(hints).contains("\"" + type + "\"");
    }
}
