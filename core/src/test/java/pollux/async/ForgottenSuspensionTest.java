package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pollux.future.Context;
import pollux.future.Future;
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
        AsyncFrame.leaveCall(null, cx);
        AsyncFrame.failCall(null, cx);
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
    void byTheChainWhoseInnermostFrameHasThrown() {
        Frame outer = new Frame(1, new Frame(1, Futures.pending()));
        assertThat(outer.pollRaw(cx)).isSameAs(RawFuture.PENDING);
        assertThatThrownBy(() -> outer.pollRaw(cx)).isInstanceOf(StackOverflowError.class);
        assertThat(cx.isSuspended()).isFalse();
    }

    @Test
    void atTheNextPoll() {
        cx.suspendAt(Futures.pending());
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(cx.isSuspended()).isFalse();
    }

    /** What the end of the stack has kept from being counted off. */
    @Test
    void soIsHowDeepThePollBeforeWas() {
        while (cx.enter()) {
            assertThat(cx.isSuspended()).isFalse();
        }
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(cx.enter()).isTrue();
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

    /** Code with one await, which throws when it goes on behind a future that is pending. */
    private static final class Frame extends AsyncFrame<Void> {

        private final int at;
        private final Future<?> awaited;

        Frame(int at, Future<?> awaited) {
            this.at = at;
            this.awaited = awaited;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return label == 0 ? resume(cx) : pollChain(cx);
        }

        @Override
        protected @Nullable Object resume(Context cx) {
            if (label == 0) {
                return pollAwaited(awaited, this, cx, at);
            }
            if (awaited instanceof Frame) {
                return pollAgain(cx, at);
            }
            cx.suspendAt(awaited);
            throw new StackOverflowError("a test");
        }

        @Override
        protected int guarded() {
            return 0;
        }

        @Override
        protected String source() {
            return "Test|test|Test.java|1,1";
        }
    }
}
