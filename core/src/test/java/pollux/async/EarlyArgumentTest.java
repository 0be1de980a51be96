package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** Before its first poll a frame may have an argument where the future that it awaits is later. */
class EarlyArgumentTest {

    /** An argument whose class is known, so that the compiler may put it there. */
    private static final class Decided extends RawFuture<Integer> {
        @Override
        public Object pollRaw(Context cx) {
            return 7;
        }

        @Override
        public boolean hasDecided() {
            return true;
        }
    }

    /** As the compiler makes them: awaits its argument. */
    private static final class Frame extends AsyncFrame<Integer> {

        Frame(Future<?> argument) {
            child = argument;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return link == null ? resume(cx) : pollChain(cx);
        }

        @Override
        protected @Nullable Object resume(Context cx) {
            if (label != 0) {
                return pollAgain(cx, 1);
            }
            Future<?> argument = (Future<?>) child;
            child = null;
            label = RUNNING;
            return pollAwaited(argument, this, cx, 1);
        }

        @Override
        protected int guarded() {
            return 0;
        }

        @Override
        protected String source() {
            return "Frame|run|Frame.java|1,2";
        }
    }

    private final Context cx = new Context(Waker.noop(), Services.NONE);

    @Test
    void isNotAwaited() {
        Frame inner = new Frame(new Decided());
        assertThat(inner.awaited()).isNull();
        Frame outer = new Frame(inner);
        spendAll();
        assertThat(outer.poll(cx).isPending()).isTrue();
        assertThat(outer.awaited()).isSameAs(inner);
        assertThat(inner.awaited()).isNull();
        assertThat(outer.hasDecided()).as("nothing has been polled").isFalse();
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(outer.poll(cx).value()).isEqualTo(7);
    }

    @Test
    void isNotCancelled() {
        Frame outer = new Frame(new Frame(new Decided()));
        spendAll();
        assertThat(outer.poll(cx).isPending()).isTrue();
        assertThat(outer.cancel()).isTrue();
    }

    @Test
    void isThatOfEachRun() {
        Future<Integer> first = new Frame(new Decided());
        Future<Integer> again = Objects.requireNonNull(Reruns.of(first)).get();
        assertThat(again.poll(cx).value()).isEqualTo(7);
        assertThat(first.poll(cx).value()).isEqualTo(7);
    }

    private void spendAll() {
        while (cx.hasBudget()) {
            cx.spend();
        }
    }
}
