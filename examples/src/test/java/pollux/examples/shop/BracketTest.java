package pollux.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import pollux.future.Context;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.sync.Promise;

/** Polled by hand: when a bracket gives its resource back, and what it ends with. */
class BracketTest {

    private final Context cx = new Context(Waker.noop(), Services.NONE);
    private final Promise<String> acquired = new Promise<>();
    private final Promise<String> worked = new Promise<>();
    private final Promise<Void> givenBack = new Promise<>();
    private final List<String> events = new ArrayList<>();
    private final Bracket<String, String> bracket = new Bracket<>(
            acquired.future(),
            resource -> {
                events.add("work on " + resource);
                return worked.future();
            },
            (resource, failure) -> {
                events.add("give back " + resource + " after " + failure);
                return givenBack.future();
            });

    @Test
    void theValueComesWhenTheResourceIsGivenBack() {
        reachWork();
        worked.complete("value");
        assertPending();
        assertThat(events).containsExactly("work on r", "give back r after null");
        givenBack.complete(null);
        assertThat(bracket.poll(cx).value()).isEqualTo("value");
    }

    @Test
    void theFailureOfTheWorkIsGivenOn() {
        IllegalStateException failure = new IllegalStateException("no");
        reachWork();
        worked.fail(failure);
        assertPending();
        assertThat(events).last().isEqualTo("give back r after " + failure);
        givenBack.fail(new IllegalStateException("nor this"));
        assertThatThrownBy(() -> bracket.poll(cx))
                .isSameAs(failure)
                .hasSuppressedException(new IllegalStateException("nor this"));
    }

    @Test
    void aFailureToGiveBackIsTheFailure() {
        reachWork();
        worked.complete("value");
        givenBack.fail(new IllegalStateException("lost"));
        assertThatThrownBy(() -> bracket.poll(cx)).hasMessage("lost");
    }

    @Test
    void cancelledWhileItAcquiresItHasNothingToGiveBack() {
        assertPending();
        assertThat(bracket.cancel()).isTrue();
        assertThat(acquired.isCancelled()).isTrue();
        assertThat(events).isEmpty();
    }

    @Test
    void cancelledAtWorkItGivesBackBeforeItEnds() {
        reachWork();
        assertThat(bracket.cancel()).isFalse();
        assertThat(worked.isCancelled()).isTrue();
        assertPending();
        assertThat(events).last().asString().startsWith("give back r after " + CancellationException.class.getName());
        givenBack.complete(null);
        assertThatThrownBy(() -> bracket.poll(cx)).isInstanceOf(CancellationException.class);
    }

    @Test
    void cancelledWhileItGivesBackItSeesThatThrough() {
        reachWork();
        worked.complete("value");
        assertPending();
        assertThat(bracket.cancel()).isFalse();
        assertThat(givenBack.isCancelled()).isFalse();
        givenBack.complete(null);
        assertThat(bracket.poll(cx).value()).isEqualTo("value");
    }

    private void reachWork() {
        acquired.complete("r");
        assertPending();
    }

    private void assertPending() {
        assertThat(bracket.poll(cx)).extracting(Poll::isPending).isEqualTo(true);
    }
}
