package orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * A project outside of the tree, made of the blocks of docs/spring.md and nothing else: built by Maven, started from
 * its jar.
 *
 * <p>Its local repository holds our artifacts as {@code mvn install} would put them there. All others come from the
 * local repository of the build that runs this test, and what is not there (plugins of Spring Boot) from the network.
 */
@Timeout(600)
class FreshProjectIT {

    private static final Map<String, String> ARTIFACTS = Map.of(
            "pollux-core", "core",
            "pollux-reactor-adapter", "reactor-adapter",
            "pollux-async-compiler", "async-compiler",
            "pollux-spring-boot-starter", "spring");

    private static final String STARTER = "<artifactId>pollux-spring-boot-starter</artifactId>";

    /** A settings file adds the repository, so that the project stays as the page shows it. */
    private static final String SETTINGS = """
            <settings>
              <profiles><profile><id>outer</id>
                <repositories><repository><id>outer</id><url>%1$s</url></repository></repositories>
                <pluginRepositories>
                  <pluginRepository><id>outer</id><url>%1$s</url></pluginRepository>
                </pluginRepositories>
              </profile></profiles>
              <activeProfiles><activeProfile>outer</activeProfile></activeProfiles>
            </settings>
            """;

    private static final String HANDLER = """
            package orders;

            import static pollux.reactor.ReactorAdapter.*;

            import org.springframework.web.bind.annotation.*;
            import pollux.future.Future;
            import reactor.core.publisher.Mono;

            @RestController
            class Greeting {

                @GetMapping("/greeting")
                Future<String> greeting() {
                    return async(() -> await(Mono.just("hello")));
                }
            }
            """;

    @TempDir
    static Path home;

    private static Path repository() throws IOException {
        Path repository = home.resolve("repository");
        if (!Files.exists(repository)) {
            install(repository, "pollux-parent", PageTest.ROOT.resolve("pom.xml"), ".pom");
            for (Map.Entry<String, String> artifact : ARTIFACTS.entrySet()) {
                Path module = PageTest.ROOT.resolve(artifact.getValue());
                Path reduced = module.resolve("dependency-reduced-pom.xml");
                Path pom = Files.exists(reduced) ? reduced : module.resolve("pom.xml");
                install(repository, artifact.getKey(), pom, ".pom");
                Path jar = module.resolve("target").resolve(artifact.getKey() + "-" + version() + ".jar");
                install(repository, artifact.getKey(), jar, ".jar");
            }
        }
        return repository;
    }

    private static void install(Path repository, String artifact, Path file, String ending) throws IOException {
        Path directory = repository.resolve(Path.of("dev", "pollux", artifact, version()));
        Files.createDirectories(directory);
        Files.copy(file, directory.resolve(artifact + "-" + version() + ending));
    }

    private static String version() {
        return System.getProperty("pollux.version");
    }

    /** Writes the blocks of the page to files: the one of XML is the pom, the others name their files. */
    private static Path project(String name) throws IOException {
        Path project = Files.createDirectory(home.resolve(name));
        var pom = Pattern.compile("(?s)```xml\n(.*?)```").matcher(PageTest.page());
        assertThat(pom.find()).isTrue();
        Files.writeString(project.resolve("pom.xml"), pom.group(1));
        for (String[] file : PageTest.shown()) {
            Path path = project.resolve(file[0]);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file[1]);
        }
        return project;
    }

    private static Process fork(Path directory, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "MAVEN_ARGS", "MAVEN_OPTS"));
        return builder.start();
    }

    private static void build(Path project) throws IOException, InterruptedException {
        String outer = Path.of(System.getProperty("maven.repo.local")).toUri().toString();
        Path settings = Files.writeString(project.resolve("settings.xml"), SETTINGS.formatted(outer));
        Process maven = fork(
                project,
                List.of(
                        Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                        "-B",
                        "-gs",
                        settings.toString(),
                        "-Dmaven.repo.local=" + repository(),
                        "clean",
                        "package"));
        String said = new String(maven.getInputStream().readAllBytes(), UTF_8);
        assertThat(maven.waitFor()).as(said).isZero();
    }

    private static Process start(Path project) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return fork(project, List.of(java, "-jar", "target/orders-1.0.jar", "--server.port=0"));
    }

    /** The application in a JVM of its own. */
    private static final class Running implements AutoCloseable {

        private static final Pattern STARTED = Pattern.compile("Netty started on port (\\d+)");

        private static final String ENDED = "the application has ended";

        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final Process process;
        final WebTestClient client;

        Running(Path project) throws Exception {
            process = start(project);
            Thread reader = new Thread(this::read, "output of the application");
            reader.setDaemon(true);
            reader.start();
            var started = STARTED.matcher(line(STARTED));
            assertThat(started.find()).isTrue();
            client = WebTestClient.bindToServer()
                    .baseUrl("http://localhost:" + started.group(1))
                    .responseTimeout(Duration.ofSeconds(60))
                    .build();
        }

        private void read() {
            try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                output.lines().forEach(lines::add);
            } catch (IOException closed) {
                // the end of the process
            }
            lines.add(ENDED);
        }

        /** Waits for a line of the output. */
        String line(Pattern pattern) throws InterruptedException {
            StringBuilder seen = new StringBuilder();
            while (true) {
                String line = lines.poll(120, TimeUnit.SECONDS);
                assertThat(line).as("no %s in\n%s", pattern, seen).isNotNull().isNotEqualTo(ENDED);
                if (pattern.matcher(line).find()) {
                    return line;
                }
                seen.append(line).append('\n');
            }
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }

    @Test
    void it_builds_starts_and_answers() throws Exception {
        Path project = project("with");
        build(project);
        try (Running application = new Running(project)) {
            application
                    .client
                    .get()
                    .uri("/orders/1")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.customer")
                    .isEqualTo("ann");
            application
                    .client
                    .post()
                    .uri("/orders/1/checkout")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.payment")
                    .isEqualTo("payment of 17 for order 1");
            application.line(Pattern.compile("report +: 1 receipts")); // the scheduled method
        }
    }

    @Test
    void without_the_starter_it_fails_and_says_so() throws Exception {
        Path project = project("without");
        Path pom = project.resolve("pom.xml");
        String text = Files.readString(pom);
        assertThat(text).contains(STARTER);
        Files.writeString(pom, text.replace(STARTER, "<artifactId>pollux-reactor-adapter</artifactId>"));
        build(project);
        Process application = start(project);
        assertThat(new String(application.getInputStream().readAllBytes(), UTF_8))
                .contains("APPLICATION FAILED TO START", "returns a Future of Pollux, which Spring does not know")
                .contains("Add dev.pollux:pollux-spring-boot-starter");

        for (String[] file : PageTest.shown()) {
            if (file[0].endsWith(".java") && !file[0].endsWith("OrdersApplication.java") || file[0].endsWith(".sql")) {
                Files.delete(project.resolve(file[0]));
            }
        }
        Files.writeString(project.resolve("src/main/java/orders/Greeting.java"), HANDLER);
        build(project);
        try (Running running = new Running(project)) {
            running.client.get().uri("/greeting").exchange().expectStatus().isEqualTo(500);
            running.line(Pattern.compile("In Spring, add dev.pollux:pollux-spring-boot-starter"));
        }
    }

    @Test
    void the_page_has_all_files_of_the_example() throws Exception {
        Path example = PageTest.ROOT.resolve("examples/spring-orders");
        try (Stream<Path> files = Files.walk(example.resolve("src/main"))) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> example.relativize(file).toString().replace('\\', '/'))
                    .toList();
            assertThat(PageTest.shown().stream().map(file -> file[0])).containsExactlyInAnyOrderElementsOf(names);
        }
    }
}
