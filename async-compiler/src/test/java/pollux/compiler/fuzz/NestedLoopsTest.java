package pollux.compiler.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.compiler.conformance.QuietReports;

/**
 * Loops over streams close from the inside out, once each: all nests of three statements, left in every way that Java
 * has, and by a failure and a cancellation at some await. What each has to log comes from the same program with its
 * loops written as resources.
 */
@Timeout(600)
@ExtendWith(QuietReports.class)
class NestedLoopsTest {

    @TempDir
    static Path directory;

    /** A statement around others, which stand where the dots are; # is its depth. */
    private enum Around {
        EACH("l#: for (int k# : each(e.source(\"l#\", 3))) {\n...}" + Program.END_OF_EACH + "\n"),
        LOOP("l#: for (int k# = 0; k# < 2; k#++) {\n...}\n"),
        FINALLY("l#: try {\n...} finally {\ne.log(\"finally # \" + await(e.later(#)));\n}\n"),
        CATCH("l#: try {\n...} catch (IllegalStateException x#) {\ne.log(\"catch # \" + name(x#));\n}\n"),
        RESOURCE("l#: try (Res r# = new Res(e, \"r#\", false)) {\n...}\n");

        final String text;

        Around(String text) {
            this.text = text;
        }

        boolean isLoop() {
            return this == EACH || this == LOOP;
        }
    }

    /** How the innermost statement is left, once it has come by twice. */
    private enum Exit {
        RETURN,
        RETURN_AWAIT,
        BREAK_OUTERMOST,
        BREAK_MIDDLE,
        CONTINUE_OUTERMOST,
        CONTINUE_MIDDLE,
        THROW,
        THROW_CHECKED,
        NONE
    }

    /** The text of the way out; null if Java has none in this nest. */
    private static String exit(Exit exit, List<Around> nest, boolean method) {
        String value = exit == Exit.RETURN_AWAIT ? "await(e.later((Object) \"r\"))" : "(\"r\" + n)";
        return switch (exit) {
            case RETURN, RETURN_AWAIT -> "return " + (method ? "e.later((Object) " + value + ")" : value) + ";";
            case BREAK_OUTERMOST -> "break l0;";
            case BREAK_MIDDLE -> "break l1;";
            case CONTINUE_OUTERMOST -> nest.get(0).isLoop() ? "continue l0;" : null;
            case CONTINUE_MIDDLE -> nest.get(1).isLoop() ? "continue l1;" : null;
            case THROW -> "throw new IllegalStateException(\"thrown\");";
            case THROW_CHECKED -> "throw new java.io.IOException(\"checked\");";
            case NONE -> "e.log(\"none\");";
        };
    }

    private static List<Program> programs(Exit exit) {
        List<Program> programs = new ArrayList<>();
        for (Around outermost : Around.values()) {
            for (Around middle : Around.values()) {
                for (Around innermost : Around.values()) {
                    List<Around> nest = List.of(outermost, middle, innermost);
                    boolean method = programs.size() % 3 == 0;
                    String leave = exit(exit, nest, method);
                    if (leave == null
                            || nest.stream().filter(Around.EACH::equals).count() < 1) {
                        continue;
                    }
                    String body = "e.log(\"in \" + n);\nif (++n == 2) " + leave + "\n"
                            + (programs.size() % 2 == 0 ? "await(e.later(n));\n" : "");
                    for (int depth = 2; depth >= 0; depth--) {
                        body = nest.get(depth).text.replace("#", "" + depth).replace("...", body);
                    }
                    long seed = 1000L * exit.ordinal() + programs.size();
                    String all = "int n = 0;\n" + body + "e.log(\"after\");\n"
                            + (method ? "return ready((Object) n);\n" : "return (Object) n;\n");
                    programs.add(new Program(
                            seed,
                            "public static Future<Object> p" + seed + "(Env e) throws Exception {\n"
                                    + (method ? all : "return async((AsyncBlock<Object>) () -> {\n" + all + "});\n")
                                    + "}\n"));
                }
            }
        }
        return programs;
    }

    @ParameterizedTest
    @EnumSource(Exit.class)
    void inner_loops_close_before_outer_ones(Exit exit) throws IOException {
        List<Program> programs = programs(exit);
        assertThat(programs).hasSizeGreaterThan(30);
        Comparison comparison = new Comparison(Files.createDirectory(directory.resolve(exit.name())));
        assertThat(comparison.failures(programs)).isEmpty();
        assertThat(comparison.runs).isGreaterThan(programs.size() * 4);
    }

    /** The same comparison finds a loop that closes in the wrong place. */
    @Test
    void canary() throws IOException {
        List<Program> programs = programs(Exit.RETURN).stream()
                .filter(p -> p.source().contains("l1: for (int k1 : each")
                        && p.source().contains("l0: for (int k0 : each"))
                .toList();
        List<Program> altered = programs.stream()
                .map(p -> new Program(p.seed(), p.source().replace("e.source(\"l0\"", "e.source(\"l9\"")))
                .map(p -> new Program(p.seed(), p.source().replace("e.source(\"l1\"", "e.source(\"l0\"")))
                .map(p -> new Program(p.seed(), p.source().replace("e.source(\"l9\"", "e.source(\"l1\"")))
                .toList();
        assertThat(new Comparison(Files.createDirectory(directory.resolve("canary")))
                        .failures(
                                altered,
                                programs.stream().map(Program::uncompiled).toList()))
                .hasSameSizeAs(programs);
    }
}
