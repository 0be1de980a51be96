package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops that swallow the cancellation of their own task. */
class RetryLintTest {

    @TempDir
    Path classes;

    private List<String> compile(String code, String... options) throws IOException {
        return Sources.compile(
                classes,
                Sources.IMPORTS + "import java.util.concurrent.CancellationException;\n"
                        + "class Snippet { Future<Integer> f(Future<Integer> g) { return async(() -> { " + code
                        + " }); } }",
                options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) try { return await(g); } catch (Exception e) { System.out.println(e); }",
                "while (true) { try { return await(g); } catch (Throwable e) { } }",
                "for (;;) try { return await(g); } catch (RuntimeException e) { continue; }",
                "do { try { return await(g); } catch (IllegalStateException e) { } } while (true);",
                "while (true) try { return await(g); } catch (CancellationException e) { }",
                "while (true) try { return await(g); } catch (IllegalArgumentException | IllegalStateException e) { }",
                "while (true) try { try { return await(g); } finally { g.cancel(); } } catch (Exception e) { }",
                "while (true) try { return await(g); } catch (Exception e) { Runnable r = () -> { return; }; }",
                "for (int i : List.of(1, 2)) try { await(g); } catch (Exception e) { } return 1;"
            })
    void are_warned_of(String code) throws IOException {
        assertThat(compile(code)).singleElement().asString().contains("CancellationException of a cancelled task");
        assertThat(compile(code, "-Apollux.lint=none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) try { return await(g); } catch (CancellationException e) { throw e; } catch (Exception e)"
                        + " { }",
                "while (true) try { return await(g); } catch (IllegalArgumentException e) { }",
                "while (true) try { return await(g); } catch (Exception e) { if (e instanceof CancellationException)"
                        + " throw e; }",
                "while (true) try { return await(g); } catch (Exception e) { break; } return 1;",
                "try { return await(g); } catch (Exception e) { return 0; }",
                "try { while (true) await(g); } catch (Exception e) { } return 0;",
                "while (true) try { System.out.println(); } catch (Exception e) { return await(g); }"
            })
    void others_are_not(String code) throws IOException {
        assertThat(compile(code)).isEmpty();
    }

    @Test
    void several_awaits_of_one_try_are_one_warning() throws IOException {
        assertThat(compile("while (true) try { await(g); await(g); return await(g); } catch (Exception e) { }"))
                .hasSize(1);
    }
}
