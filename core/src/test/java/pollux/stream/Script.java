package pollux.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Waker;

/**
 * A stream that answers what the test wrote down: items, {@link #PENDING}, {@link #END}, or a failure to throw; then
 * pending. Counts polls and cancels, and notes what its owner does against the contract.
 */
final class Script extends RawStream<Integer> {

    static final Object END = "end";

    private final ArrayDeque<Object> answers = new ArrayDeque<>();
    private ArrayDeque<Object> cleanUp = new ArrayDeque<>();
    private Waker waker = Waker.noop();
    private boolean over;
    int polls;
    int cancels;
    final List<String> violations = new ArrayList<>();

    static Script of(Object... answers) {
        Script script = new Script();
        script.answers.addAll(Arrays.asList(answers));
        return script;
    }

    /** Makes cancel() answer false; afterwards these are the answers. */
    Script cleaningUp(Object... answers) {
        cleanUp = new ArrayDeque<>(Arrays.asList(answers));
        return this;
    }

    void add(Object... more) {
        answers.addAll(Arrays.asList(more));
        waker.wake();
    }

    void wake() {
        waker.wake();
    }

    boolean isOver() {
        return over;
    }

    @Override
    public Object pollNextRaw(Context cx) {
        polls++;
        if (over) {
            violations.add("polled after its end");
        }
        Object answer = answers.poll();
        if (answer == null || answer == PENDING) {
            waker = cx.waker();
            return PENDING;
        }
        over = answer == END || answer instanceof Throwable;
        if (answer instanceof Throwable failure) {
            throw Failures.rethrow(failure);
        }
        return answer == END ? null : answer;
    }

    @Override
    public boolean cancel() {
        cancels++;
        if (over || cancels > 1) {
            violations.add("cancelled " + (over ? "after its end" : "twice"));
        }
        answers.clear();
        answers.addAll(cleanUp);
        over = cleanUp.isEmpty();
        return over;
    }
}
