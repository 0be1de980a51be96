package pollux.tck.rules;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.Publisher;
import pollux.reactive.ProtocolViolation;

/** One publisher under one rule: makes publishers and probes, and gathers what the referees say. */
final class Trial {

    private static final long SILENCE = 5;

    private final List<ProtocolViolation> violations = new CopyOnWriteArrayList<>();
    private final PublisherParty party;
    private final boolean kin;
    private final Deadline deadline;

    Trial(PublisherParty party, boolean kin, Deadline deadline) {
        this.party = party;
        this.kin = kin;
        this.deadline = deadline;
    }

    /** The number of items, or as many as this publisher can have. */
    long upTo(long count) {
        return Math.min(count, party.most());
    }

    /** Leaves out what a publisher of fewer items cannot show. */
    void needsItems(long count) {
        Assumptions.assumeTrue(party.most() >= count);
    }

    /** Whether it runs, and so can fail, before anything is requested. */
    boolean startsUnasked() {
        return !party.name().contains("(futures, 2)") // starts one future per item asked for
                && !party.name().equals("Flow.asPublisher"); // collects nothing unasked
    }

    Publisher<?> items(long count) {
        return party.items().apply(upTo(count));
    }

    Publisher<?> failing() {
        return party.failing().get();
    }

    Publisher<?> silent() {
        Supplier<Publisher<?>> silent = party.silent();
        if (silent == null) {
            throw new TestAbortedException("cannot be silent");
        }
        return silent.get();
    }

    Probe probe() {
        return new Probe(deadline, SILENCE, kin, (violation, referee) -> violations.add(violation));
    }

    void elsewhere(Deadline.Wait work) {
        deadline.elsewhere("the call", work);
    }

    /** Fails if a referee has blamed the publisher; it knows one subscription, so it is not asked about two (1.10). */
    void judge(String rule) {
        for (ProtocolViolation violation : violations) {
            boolean counts = party.isOurs() || violation.rule().equals(rule); // a peer's fault goes into its own column
            if (!violation.culprit().equals(Probe.class.getName()) && counts && !rule.equals("1.10")) {
                throw new AssertionError("the referee saw rule " + violation.rule() + " broken", violation);
            }
        }
    }
}
