package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

@Timeout(120)
class UncompiledTest {

    private final Context cx = new Context(Waker.noop(), Services.NONE);
    private final List<String> log = new ArrayList<>();

    @Test
    void a_block_without_an_await_runs_in_the_first_poll() {
        Future<Integer> future = async(() -> {
            log.add("ran");
            return 42;
        });
        assertThat(log).isEmpty();
        assertThat(future.poll(cx)).isEqualTo(Poll.ready(42));
        assertThat(log).containsExactly("ran");
    }

    @Test
    void a_block_is_a_recipe() {
        AsyncBlock<Integer> block = () -> {
            log.add("ran");
            return log.size();
        };
        assertThat(async(block).poll(cx)).isEqualTo(Poll.ready(1));
        assertThat(async(block).poll(cx)).isEqualTo(Poll.ready(2));
    }

    @Test
    void a_checked_exception_is_thrown_as_it_is() {
        IOException failure = new IOException("expected");
        Future<Integer> future = async(() -> {
            throw failure;
        });
        assertThatThrownBy(() -> future.poll(cx)).isSameAs(failure);
    }

    @Test
    void a_block_that_is_cancelled_before_its_first_poll_does_not_run() {
        Future<Boolean> future = async(() -> log.add("ran"));
        assertThat(future.cancel()).isTrue();
        assertThat(log).isEmpty();
    }

    @Test
    void a_second_poll_is_an_error_of_the_caller() {
        Future<Integer> future = async(() -> 1);
        assertThat(future.poll(cx).isReady()).isTrue();
        assertThatThrownBy(() -> future.poll(cx)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void await_that_was_not_compiled_says_what_to_do() {
        assertThatThrownBy(() -> async(this::uncompiled).poll(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Async.await in pollux.async.UncompiledTest.uncompiled(UncompiledTest.java:")
                .hasMessageContaining(
                        " was not compiled by Pollux. Add pollux-async-compiler to annotationProcessorPaths (Maven),"
                                + " annotationProcessor (Gradle) or --processor-path (javac; JDK 23+ needs this or"
                                + " -proc:full), or call it on a virtual thread");
    }

    @Test
    void emit_that_was_not_compiled_says_what_to_do() {
        StreamBlock<Integer> block = this::uncompiled;
        assertThatThrownBy(() -> Async.stream(block).pollNext(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Emitter.emit in pollux.async.UncompiledTest.uncompiled(")
                .hasMessageContaining("pollux-async-compiler");
    }

    @Test
    void block_on_a_platform_thread_names_what_to_use_instead() {
        assertThatThrownBy(() -> Async.block(Futures.ready(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Pollux.blockOn");
    }

    @SuppressWarnings("await")
    private Integer uncompiled() {
        return Async.await(Futures.ready(1));
    }

    @SuppressWarnings("await")
    private void uncompiled(Emitter<Integer> out) {
        out.emit(1);
    }
}
