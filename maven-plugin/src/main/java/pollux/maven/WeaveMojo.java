package pollux.maven;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.jspecify.annotations.Nullable;
import pollux.compiler.WeaverCli;

/**
 * Compiles the awaits in class files, for projects whose compiler runs no annotation processors, as ecj within Maven.
 *
 * <p>Weaves the main and the test classes that are there. Classes that do not await, or were woven before, are not
 * touched, so a build with nothing changed writes nothing. A class that cannot be woven fails the build, with its line,
 * and is renamed, so that no program runs it as it is.
 *
 * <p>What only javac can see is not checked here: the rules of {@code await} that need types of the source, and the
 * lints. With javac, use the annotation processor.
 */
@Mojo(
        name = "weave",
        defaultPhase = LifecyclePhase.PROCESS_CLASSES,
        requiresDependencyResolution = ResolutionScope.TEST,
        threadSafe = true)
public final class WeaveMojo extends AbstractMojo {

    /** The classes of the project, and those that were compiled for its tests so far. */
    @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true)
    private File classes;

    @Parameter(defaultValue = "${project.build.testOutputDirectory}", readonly = true)
    private File testClasses;

    @Parameter(defaultValue = "${project.testClasspathElements}", readonly = true)
    private List<String> classPath;

    /** Keeps variables that are not read any more across awaits, for debuggers. */
    @Parameter(property = "pollux.debug", defaultValue = "false")
    private boolean debug;

    /**
     * The names of classes with awaits for virtual threads, which stay as they are; what stands for
     * {@code @SuppressWarnings("await")}, which class files do not show. Covers the classes inside of them, too.
     */
    @Parameter(property = "pollux.weave.leave")
    private @Nullable List<String> leave;

    /** Leaves the class files as they are. */
    @Parameter(property = "pollux.weave.skip", defaultValue = "false")
    private boolean skip;

    /** For Maven, which sets the parameters. */
    @SuppressWarnings("NullAway.Init")
    public WeaveMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        List<String> arguments = new ArrayList<>(List.of("-cp", String.join(File.pathSeparator, present(classPath))));
        if (debug) {
            arguments.add("-debug");
        }
        if (leave != null && !leave.isEmpty()) {
            arguments.addAll(List.of("-leave", String.join(",", leave)));
        }
        List<String> directories = present(List.of(classes.getPath(), testClasses.getPath()));
        if (skip || directories.isEmpty()) {
            return;
        }
        arguments.addAll(directories);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status;
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            status = WeaverCli.run(out, arguments.toArray(new String[0]));
        } catch (IOException unreadable) {
            throw new MojoExecutionException("class files could not be read or written: " + unreadable, unreadable);
        }
        said.toString(StandardCharsets.UTF_8).lines().forEach(this::log);
        if (status != 0) {
            throw new MojoFailureException("awaits could not be compiled, see the errors above");
        }
    }

    private void log(String line) {
        if (line.startsWith("error: ")) {
            getLog().error(line.substring("error: ".length()));
        } else if (line.startsWith("warning: ")) {
            getLog().warn(line.substring("warning: ".length()));
        } else {
            getLog().info(line);
        }
    }

    private static List<String> present(List<String> paths) {
        return paths.stream().filter(path -> new File(path).exists()).toList();
    }
}
