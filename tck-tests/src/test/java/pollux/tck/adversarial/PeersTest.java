package pollux.tck.adversarial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.opentest4j.TestAbortedException;
import pollux.tck.rules.Deadline;
import pollux.tck.rules.SubscriberParty;
import pollux.tck.rules.Upstream;

/**
 * The publishers that misbehave, met by the peers. What comes of it is written down and not judged; some of it differs
 * from run to run, so a build neither plays nor compares it.
 */
@EnabledIfSystemProperty(named = "pollux.docs", matches = "write")
class PeersTest {

    private static final Path PAGE = Path.of("../docs/adversarial-peers.md");
    private static final int TRIES = 2;
    private static final int PATIENCE_SECONDS = 3;

    @Test
    void whatThePeersMakeOfIt() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Adversarial publishers, and the peers

                The publishers of [the adversarial matrix](adversarial-matrix.md), met by other libraries. No library owes an answer to a publisher that
                breaks the rules; ours have one each. *Stuck*: no outcome, or no cancellation, within a second. *And*: differs between two tries.
                *Cancelled* is the publisher. Written by `PeersTest` in `tck-tests`, with `-Dpollux.docs=write`; a build does not compare it.

                """);
        page.append("Peers: ").append(SubscriberParty.peersVersions()).append(".\n");
        for (InCase one : InCase.ALL) {
            Map<String, List<String>> outcomes = new LinkedHashMap<>();
            for (SubscriberParty peer : SubscriberParty.peers()) {
                outcomes.computeIfAbsent(tried(one, peer), outcome -> new ArrayList<>())
                        .add(peer.library() + " `" + peer.name() + "`");
            }
            page.append("\n### ").append(one).append("\n\n| outcome | peers |\n|---|---|\n");
            outcomes.forEach((outcome, peers) -> page.append("| ")
                    .append(outcome)
                    .append(" | ")
                    .append(String.join(" · ", peers))
                    .append(" |\n"));
        }
        Files.writeString(PAGE, page.toString());
    }

    private static String tried(InCase one, SubscriberParty peer) {
        TreeSet<String> seen = new TreeSet<>();
        for (int i = 0; i < TRIES; i++) {
            seen.add(played(one, peer));
        }
        return String.join(" *and* ", seen);
    }

    private static String played(InCase one, SubscriberParty peer) {
        Deadline deadline = Deadline.brief();
        Upstream upstream = new Upstream(deadline);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Future<?> play =
                Deadline.start(() -> outcome.complete(outcome(one, new InCase.Play(peer, upstream, deadline))));
        try {
            return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException endless) {
            return "stuck";
        } catch (InterruptedException | ExecutionException impossible) {
            throw new AssertionError(impossible);
        } finally {
            upstream.cancel(); // ends an endless one
            play.cancel(true);
        }
    }

    private static String outcome(InCase one, InCase.Play play) {
        try {
            return one.act().play(play);
        } catch (TestAbortedException left) {
            return "–";
        } catch (Deadline.Stuck stuck) {
            return "stuck";
        } catch (Throwable thrown) {
            return "throws " + thrown.getClass().getSimpleName() + " at the publisher";
        }
    }
}
