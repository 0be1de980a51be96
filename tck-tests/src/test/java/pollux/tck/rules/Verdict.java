package pollux.tck.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * What came of one party under one rule.
 *
 * @param rule the rule
 * @param mark for the table
 * @param failure what was seen, if it was not kept
 */
record Verdict(String rule, String mark, @Nullable Throwable failure) {

    static final String KEPT = "✓";
    static final String NOT_SHOWN = "–";
    static final String BROKEN = "**✗**";
    static final String HANGS = "**hangs**";

    /** Looks, on another thread, since a party may never return. */
    static Verdict of(String rule, Deadline deadline, Runnable check) {
        try {
            deadline.elsewhere("the check of rule " + rule, check::run);
            return new Verdict(rule, KEPT, null);
        } catch (TestAbortedException left) {
            return new Verdict(rule, NOT_SHOWN, null);
        } catch (Deadline.Stuck stuck) {
            return new Verdict(rule, HANGS, stuck);
        } catch (Throwable broken) {
            return new Verdict(rule, BROKEN, broken);
        }
    }

    /** The one that counts for a party that was met in several ways. */
    static Verdict worst(List<Verdict> verdicts) {
        Verdict worst = verdicts.get(0);
        for (Verdict verdict : verdicts) {
            if (verdict.failure != null) {
                return verdict;
            }
            worst = verdict.mark.equals(KEPT) ? verdict : worst;
        }
        return worst;
    }

    boolean isKept() {
        return failure == null;
    }

    /** What was seen, on one line, the same in every run. */
    String seen() {
        if (failure == null) {
            return "";
        }
        String text = String.valueOf(failure.getMessage())
                .strip()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .limit(4)
                .reduce((a, b) -> a + " " + b)
                .orElse("");
        return (failure instanceof AssertionError ? "" : failure.getClass().getSimpleName() + ": ")
                + text.replaceAll(" within \\d+ ms.*", "")
                        .replaceAll("@[0-9a-f]+", "")
                        .replace("|", "\\|");
    }
}
