package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Maven project outside of the tree, whose dependency and plugin are those that README tells.
 *
 * <p>It is built without network. Its local repository holds our artifacts as {@code mvn install} would put them there;
 * everything else comes from the local repository of the build that runs this test, which has just used the same
 * plugins. That one is only read.
 */
final class MavenProject {

    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>fresh</groupId>
              <artifactId>fresh</artifactId>
              <version>1</version>
              <properties>
                <maven.compiler.release>17</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
              <repositories><repository><id>outer</id><url>%1$s</url></repository></repositories>
              <pluginRepositories><pluginRepository><id>outer</id><url>%1$s</url></pluginRepository></pluginRepositories>
            %4$s
              <dependencies>
            %2$s
              </dependencies>
              <build>
                <plugins>
                  <plugin><artifactId>maven-resources-plugin</artifactId><version>3.5.0</version></plugin>
            %3$s
                </plugins>
              </build>
            </project>
            """;

    private static final String BOM = """
            <dependencyManagement><dependencies><dependency>
              <groupId>dev.pollux</groupId>
              <artifactId>pollux-bom</artifactId>
              <version>%s</version>
              <type>pom</type>
              <scope>import</scope>
            </dependency></dependencies></dependencyManagement>
            """;

    private static final String CHILD = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <parent>
                <groupId>dev.pollux</groupId>
                <artifactId>pollux-parent</artifactId>
                <version>%2$s</version>
                <relativePath />
              </parent>
              <artifactId>fresh</artifactId>
              <properties>
                <enforcer.skip>true</enforcer.skip>
                <spotless.check.skip>true</spotless.check.skip>
              </properties>
              <repositories><repository><id>outer</id><url>%1$s</url></repository></repositories>
              <pluginRepositories><pluginRepository><id>outer</id><url>%1$s</url></pluginRepository></pluginRepositories>
              <dependencies>
                <dependency>
                  <groupId>org.jspecify</groupId>
                  <artifactId>jspecify</artifactId>
                </dependency>
              </dependencies>
            </project>
            """;

    private static final Map<String, String> ARTIFACTS = Map.of(
            "pollux-core", "core/pom.xml",
            "pollux-reactor-adapter", "reactor-adapter/pom.xml",
            // as it is published: without ASM, which is in the jar
            "pollux-async-compiler", "async-compiler/dependency-reduced-pom.xml",
            "pollux-maven-plugin", "maven-plugin/pom.xml");

    private static final String WEAVE = """
            <plugin>
              <artifactId>maven-compiler-plugin</artifactId>
              <version>3.16.0</version>
            %1$s
            </plugin>
            <plugin>
              <groupId>dev.pollux</groupId>
              <artifactId>pollux-maven-plugin</artifactId>
              <version>%2$s</version>
              <executions>
                <execution><id>main</id><goals><goal>weave</goal></goals></execution>
                <execution><id>tests</id><phase>process-test-classes</phase><goals><goal>weave</goal></goals></execution>
              </executions>
            </plugin>
            """;

    private static final String SHADE = """
            <plugin>
              <artifactId>maven-shade-plugin</artifactId>
              <version>%1$s</version>
              <configuration>
                <artifactSet><includes><include>dev.pollux:*</include></includes></artifactSet>
                %2$s
              </configuration>
            </plugin>
            <plugin><artifactId>maven-jar-plugin</artifactId><version>%3$s</version></plugin>
            """;

    final Path directory;
    private final Path repository;

    /** The artifacts that the BOM names. */
    static List<String> published() throws IOException {
        return Pattern.compile("<artifactId>(pollux-(?!bom|parent)[a-z-]+)</artifactId>")
                .matcher(Files.readString(Jars.root().resolve("bom/pom.xml")))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** Makes the project and its repository. */
    MavenProject(Path home) throws IOException {
        this(home, false);
    }

    /** Makes the project and its repository; with the BOM, the dependency has no version of its own. */
    MavenProject(Path home, boolean bom) throws IOException {
        this(home, bom, null);
    }

    /** Makes a project in which a compiler that runs no processors comes first, and the weave goal behind it. */
    static MavenProject woven(Path home, String compiler) throws IOException {
        return new MavenProject(home, false, compiler);
    }

    /** Makes a project whose jar has Pollux inside, as maven-shade-plugin puts it there. */
    static MavenProject shaded(Path home, String configuration) throws IOException {
        MavenProject project = new MavenProject(home);
        Path pom = project.directory.resolve("pom.xml");
        Files.writeString(
                pom,
                Files.readString(pom)
                        .replace(
                                "</plugins>",
                                SHADE.formatted(
                                                pluginVersion("async-compiler/pom.xml", "maven-shade-plugin"),
                                                configuration,
                                                pluginVersion("pom.xml", "maven-jar-plugin"))
                                        + "</plugins>"));
        return project;
    }

    /** The version of a plugin that the build has just used. */
    private static String pluginVersion(String pom, String plugin) throws IOException {
        String text = Files.readString(Jars.root().resolve(pom));
        int found = text.indexOf("<artifactId>" + plugin + "</artifactId>");
        return element(text.substring(found), "version").replaceAll("<.*?>", "");
    }

    /** Makes an empty project whose parent is ours; its Maven gets the options that ours gets. */
    static MavenProject child(Path home) throws IOException {
        MavenProject child = new MavenProject(home, CHILD.formatted(outer(), version()));
        Path options = Path.of(".mvn/jvm.config");
        Files.createDirectory(child.directory.resolve(".mvn"));
        Files.copy(Jars.root().resolve(options), child.directory.resolve(options));
        return child;
    }

    private MavenProject(Path home, String pom) throws IOException {
        directory = Files.createDirectory(home.resolve("fresh"));
        repository = Files.createDirectory(home.resolve("repository"));
        Files.writeString(directory.resolve("pom.xml"), pom);
        install("pollux-parent", version(), Jars.root().resolve("pom.xml"), ".pom");
    }

    private MavenProject(Path home, boolean bom, String compiler) throws IOException {
        this(home, pom(bom, compiler));
        Path sources = Path.of("src/test/projects/fresh").toAbsolutePath();
        for (String source : Projects.files(sources, ".java")) {
            Path copy = directory.resolve(sources.relativize(Path.of(source)));
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(source), copy);
        }
        Path root = Jars.root();
        String version = version();
        install("pollux-bom", version, root.resolve("bom/target/flattened-pom.xml"), ".pom");
        for (Map.Entry<String, String> artifact : ARTIFACTS.entrySet()) {
            install(artifact.getKey(), version, root.resolve(artifact.getValue()), ".pom");
            install(artifact.getKey(), version, Jars.named(artifact.getKey()), ".jar");
        }
    }

    private static String pom(boolean bom, String compiler) throws IOException {
        String setup = readme();
        String version = version();
        String dependencies = element(setup, "dependency");
        String imported = "";
        if (bom) {
            dependencies = dependencies.replaceAll("<version>.*?</version>", "");
            imported = BOM.formatted(version);
        }
        String plugins = compiler == null ? element(setup, "plugin") : WEAVE.formatted(compiler, version);
        return POM.formatted(outer(), dependencies, plugins, imported);
    }

    /** The version that README tells. */
    private static String version() throws IOException {
        return element(element(readme(), "dependency"), "version").replaceAll("<.*?>", "");
    }

    private static String outer() {
        return Path.of(System.getProperty("maven.repo.local")).toUri().toString();
    }

    private void install(String artifact, String version, Path file, String ending) throws IOException {
        Path target =
                repository.resolve(Path.of("dev", "pollux", artifact, version, artifact + "-" + version + ending));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
    }

    /** Runs Maven, successfully. */
    void build() throws IOException, InterruptedException {
        Projects.Said said = tryBuild();
        assertThat(said.status()).as(said.text()).isZero();
    }

    /** Runs Maven. */
    Projects.Said tryBuild(String... further) throws IOException, InterruptedException {
        Path maven = Path.of(System.getProperty("maven.home"), "bin", "mvn");
        List<String> command = new ArrayList<>(List.of(maven.toString(), "-B", "-o"));
        command.add("-Daether.offline.protocols=file");
        command.add("-Dmaven.repo.local=" + repository);
        command.add("process-test-classes");
        command.addAll(List.of(further));
        return Projects.fork(directory, command);
    }

    /** Runs a class of it, and returns what that prints. */
    String run(String type) throws IOException, InterruptedException {
        String classPath = Jars.path(
                directory.resolve("target/classes"),
                directory.resolve("target/test-classes"),
                Jars.named("pollux-reactor-adapter"),
                Jars.named("reactor-core"),
                Jars.RUNTIME);
        return Projects.output(directory, List.of(Projects.tool("java"), "-cp", classPath, type))
                .strip();
    }

    /** The block of README that says how to set a build up. */
    private static String readme() throws IOException {
        String text = Files.readString(Jars.root().resolve("README.md"));
        Matcher block = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL).matcher(text);
        assertThat(block.find()).as("README has a block of XML").isTrue();
        return block.group(1);
    }

    private static String element(String xml, String name) {
        Matcher element = Pattern.compile("<%1$s>.*?</%1$s>".formatted(name), Pattern.DOTALL)
                .matcher(xml);
        assertThat(element.find()).as("README has a <%s>", name).isTrue();
        return element.group();
    }
}
