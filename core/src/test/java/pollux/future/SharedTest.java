package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedTest {

    private final Step<Integer> run = new Step<>();
    private final Shared<Integer> shared = run.shared();

    @Test
    void everyPartyGetsTheValueOfOneRun() {
        Driven<Integer> a = new Driven<>(shared.future());
        Driven<Integer> b = new Driven<>(shared.future());
        assertThat(a.poll().isPending()).isTrue();
        assertThat(b.poll().isPending()).isTrue();
        run.ready(7);
        assertThat(b.wakes).isOne(); // the party that polled last drives
        assertThat(b.value()).isEqualTo(7);
        assertThat(a.wakes).isOne();
        assertThat(a.value()).isEqualTo(7);
        assertThat(shared.isDone()).isTrue();
    }

    @Test
    void everyPartyGetsTheSameFailure() {
        Driven<Integer> a = new Driven<>(shared.future());
        Driven<Integer> b = new Driven<>(shared.future());
        a.poll();
        IOException failure = new IOException("down");
        run.fail(failure);
        assertThat(a.failure()).isSameAs(failure);
        assertThat(b.failure()).isSameAs(failure);
    }

    @Test
    void aLatePartyIsReadyAtOnce() {
        run.ready(7);
        new Driven<>(shared.future()).poll();
        assertThat(new Driven<>(shared.future()).value()).isEqualTo(7);
    }

    @Test
    void aDriverThatLeavesWakesAnotherParty() {
        Driven<Integer> a = new Driven<>(shared.future());
        Driven<Integer> b = new Driven<>(shared.future());
        a.poll();
        b.poll();
        assertThat(b.future.cancel()).isTrue();
        assertThat(a.wakes).isOne();
        a.poll();
        run.ready(1);
        assertThat(a.wakes).isEqualTo(2);
        assertThat(a.value()).isOne();
        assertThat(run.cancels).isZero();
    }

    @Test
    void theLastPartyCancelsTheRun() {
        Driven<Integer> a = new Driven<>(shared.future());
        a.poll();
        assertThat(a.future.cancel()).isTrue();
        assertThat(run.cancels).isOne();
        assertThat(new Driven<>(shared.future()).failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void theLastPartySeesTheCleanUpThrough() {
        run.withSuspendedCleanUp();
        Driven<Integer> a = new Driven<>(shared.future());
        a.poll();
        assertThat(a.future.cancel()).isFalse();
        assertThat(a.poll().isPending()).isTrue();
        run.ready(1);
        assertThat(a.failure()).isInstanceOf(CancellationException.class);
    }
}
