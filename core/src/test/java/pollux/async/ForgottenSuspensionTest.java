package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * Code without a frame leaves what it waits for in the context. If the stack ends before a frame takes it, it is
 * forgotten: the number of a later await would be taken for one that is pending.
 */
class ForgottenSuspensionTest {

    private final Context cx = new Context(Waker.noop(), Services.NONE);

    @Test
    void byACallThatHasThrown() {
        cx.suspendAt(Futures.pending());
        AsyncFrame.failCall(null, cx);
        assertThat(cx.isSuspended()).isFalse();
    }

    @Test
    void byACountedCallThatHasThrown() {
        assertThat(cx.beginCall()).isTrue();
        cx.suspendAt(Futures.pending());
        AsyncFrame.failCounted(null, cx);
        assertThat(cx.isSuspended()).isFalse();
    }

    @Test
    void byTheAwaitAroundAFrameThatHasThrown() {
        assertThatThrownBy(() -> AsyncFrame.pollAwaited(throwing(), null, cx, 1))
                .isInstanceOf(StackOverflowError.class);
        assertThat(AsyncFrame.pollAwaitedInt(Futures.ready(7), null, cx, 1)).isEqualTo(7);
        assertThat(AsyncFrame.isPending((AsyncFrame<?>) null, cx)).isFalse();
    }

    @Test
    void atTheNextPoll() {
        cx.suspendAt(Futures.pending());
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(cx.isSuspended()).isFalse();
    }

    private static RawFuture<Void> throwing() {
        return new RawFuture<>() {
            @Override
            public Object pollRaw(Context cx) {
                cx.suspendAt(Futures.pending());
                throw new StackOverflowError("a test");
            }
        };
    }
}
