package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Services;
import pollux.future.Waker;

/** {@code each(…)} used otherwise than in a loop of a compiled block says the true reason. */
class IteratorMisuseTest {

    private static final String STREAM = "AsyncStreams.of(1, 2, 3)";

    @TempDir
    Path classes;

    private Future<?> run(String body) throws Exception {
        assertThat(Sources.compile(classes, Sources.IMPORTS + """
                public class Snippet {
                    static AsyncIterator<Integer> kept;
                    static AsyncIterable<Integer> source;
                    static Future<Void> leave(AsyncStream<Integer> s) {
                        for (int x : kept(each(s))) { await(ready(x)); break; }
                        return ready(null);
                    }
                    static AsyncIterable<Integer> kept(AsyncIterable<Integer> s) { source = s; return s; }
                    public static Future<Object> run() { return async(() -> { # }); }
                }
                """.replace("#", body)))
                .isEmpty();
        return (Future<?>) loader().loadClass("Snippet").getMethod("run").invoke(null);
    }

    private ClassLoader loader() throws IOException {
        return new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    }

    private static Object value(Future<?> run) {
        return run.poll(new Context(Waker.noop(), Services.NONE)).value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // kept in a field beyond the scope of the variable
                "for (int i = 0; i < 1; i++) { Iterator<Integer> it = each(#).iterator(); kept = (AsyncIterator<Integer>) it;"
                        + " if (it.hasNext()) it.next(); }"
                        + " return await(kept.advance());",
                // closed with an item that was not taken
                "for (int i = 0; i < 1; i++) { Iterator<Integer> it = each(#).iterator(); if (it.hasNext()) kept = (AsyncIterator<Integer>) it; }"
                        + " return await(kept.advance());",
                // left by an exception
                "try { Iterator<Integer> it = each(#).iterator(); kept = (AsyncIterator<Integer>) it;"
                        + " if (it.hasNext()) throw new RuntimeException(); } catch (RuntimeException e) { }"
                        + " return await(kept.advance());",
                // the loop of another method was left
                "await(leave(#)); return await(((AsyncIterator<Integer>) source).advance());",
            })
    void an_iterator_beyond_its_scope_says_that_it_is_closed(String body) throws Exception {
        Future<?> run = run(body.replace("#", STREAM));
        assertThatThrownBy(() -> value(run))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the iterator of each(…) is closed")
                .hasMessageContaining("Use it inside only");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Iterable<Integer> plain = each(#); for (int x : plain) await(ready(x)); return 1;",
                "Iterator<Integer> plain = each(#).iterator(); await(ready(1)); return plain.next();",
                "each(#).forEach(x -> {}); return await(ready(1));",
                "List<Integer> all = new ArrayList<>(); each(#).iterator().forEachRemaining(all::add);"
                        + " return await(ready(all));",
                "return await(ready(java.util.stream.StreamSupport.stream(each(#).spliterator(), false).count()));",
            })
    void a_plain_iterable_says_that_it_is_one(String body) throws Exception {
        Future<?> run = run(body.replace("#", STREAM));
        assertThatThrownBy(() -> value(run))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("each(…) is used as a plain Iterable or Iterator in ")
                .hasMessageNotContaining("was not compiled");
    }

    /** The iterator that is used where it may be goes on to the end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AsyncIterator<Integer> it = each(#).iterator(); int sum = 0; while (await(it.advance())) sum += it.next();"
                        + " await(it.advance()); return sum;",
                "int sum = 0; for (int x : each(#)) sum += x; return sum;",
            })
    void an_iterator_within_its_scope_works(String body) throws Exception {
        assertThat(value(run(body.replace("#", STREAM)))).isEqualTo(6);
    }
}
