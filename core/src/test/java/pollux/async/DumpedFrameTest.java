package pollux.async;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.executor.LocalPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.time.ManualTime;
import pollux.time.Timers;

/** What a dump shows of compiled blocks. */
@Timeout(120)
class DumpedFrameTest {

    /** As the compiler would write it: one await, in line 31. */
    private static final class Pay extends AsyncFrame<Void> {

        private final Future<?> awaited;

        Pay(Future<?> awaited) {
            this.awaited = awaited;
        }

        @Override
        public Object pollRaw(Context cx) {
            return resume(cx);
        }

        @Override
        protected Object resume(Context cx) {
            return pollAwaited(awaited, this, cx, 1);
        }

        @Override
        protected int guarded() {
            return 0;
        }

        @Override
        protected String source() {
            return "shop.Checkout|pay|Checkout.java|30,31";
        }
    }

    @Test
    void aSuspendedBlockShowsItsLineAndWhatItAwaits() {
        LocalPool pool = new LocalPool(new ManualTime());
        pool.spawn(new Pay(new Pay(Timers.sleep(ofSeconds(1)))));
        pool.runUntilStalled();
        assertThat(pool.dump().toString())
                .endsWith("    async shop.Checkout.pay(Checkout.java:31)\n"
                        + "      async shop.Checkout.pay(Checkout.java:31)\n"
                        + "        Timers.sleep, left 1.0 s\n");
    }
}
