package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random load on three pools one after the other: two seconds in every build, and as long as
 * {@code pollux.soak.seconds} says in the nightly profile. {@code pollux.soak.seed} repeats a run, as far as threads
 * can be repeated.
 */
@Timeout(value = 3600)
@EnabledIf("pollux.io.IoLoad#canCountDescriptors")
class SoakTest {

    private static final long SECONDS = Long.getLong("pollux.soak.seconds", 2);
    private static final long SEED = Long.getLong("pollux.soak.seed", System.nanoTime());

    @TempDir
    Path folder;

    @Test
    void countsBalanceAndTheHeapReturnsToItsStart() throws InterruptedException, IOException {
        System.out.println("soak of " + SECONDS + " s, -Dpollux.soak.seed=" + SEED);
        check(new Soak(SEED, folder, Soak.Leak.NOTHING), Duration.ofSeconds(SECONDS));
    }

    /** The canary of the test above. */
    @Test
    void canaryTasksThatAreForgottenAreCaught() {
        assertThatThrownBy(() -> checkUntilCaught(Soak.Leak.TASKS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("let go of");
    }

    /** The same for sockets, which its pool closes in the end if no other code does. */
    @Test
    void canarySocketsThatAreForgottenAreCaught() {
        assertThatThrownBy(() -> checkUntilCaught(Soak.Leak.DESCRIPTORS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("descriptors are left open");
    }

    /** A run that the machine has little time for may leave nothing behind. */
    private void checkUntilCaught(Soak.Leak leak) throws InterruptedException, IOException {
        for (int run = 0; run < 50; run++) {
            check(new Soak(SEED + run, folder, leak), Duration.ofMillis(300));
        }
    }

    private static void check(Soak soak, Duration time) throws InterruptedException, IOException {
        Soak.warmUp();
        soak.run(Duration.ofMillis(100)); // loads the classes, and fills what is kept for ever
        long before = usedMemory();
        for (int pool = 0; pool < 3 || pool < 50 && !soak.books().haveAllKinds(); pool++) {
            soak.run(time.dividedBy(3)); // more often where the machine has little time for it
        }
        long kept = usedMemory() - before;
        Soak.Books books = soak.books();
        System.out.println(books + "; heap " + (before >> 10) + " KiB and then " + kept + " B");
        assertThat(books.ended.get()).as("ended of %s", books).isEqualTo(books.spawned.get());
        assertThat(books.letGoOf.get()).as("let go of, of %s", books).isEqualTo(books.spawned.get());
        assertThat(books.received.get() + books.discarded.get())
                .as("received or discarded of %s", books)
                .isEqualTo(books.sent.get());
        assertThat(books.io.wrong).as("wrong of %s", books).hasValue(0);
        assertThat(books.io.least()).as("least of %s", books).isPositive();
        assertThat(books.failed.get()).as("failed of %s", books).isPositive();
        assertThat(books.cancelled.get()).as("cancelled of %s", books).isPositive();
        assertThat(kept).as("bytes kept").isLessThan(2 << 20);
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
