package pollux.examples.shop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pollux.debug.Dump;
import pollux.debug.PoolTree;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.Poll;

/**
 * What the last checkouts have done: at which line of {@link Checkout} each has waited, for what it waits now, from
 * dumps, and what the payment service did with its calls. Thread-safe.
 */
final class Timeline {

    private static final int RUNS = 6;
    private static final Pattern LINE = Pattern.compile("\\(Checkout\\.java:(\\d+)\\)");

    private final Deque<Run> runs = new ArrayDeque<>();
    private final long epoch = System.nanoTime();

    /** Milliseconds since the shop was opened. */
    long now() {
        return (System.nanoTime() - epoch) / 1_000_000;
    }

    /** Notes the start of a checkout; what is returned runs it. */
    synchronized <T> Future<T> follow(long order, Future<T> checkout) {
        Run run = new Run(order, now());
        runs.addFirst(run);
        if (runs.size() > RUNS) {
            runs.removeLast();
        }
        return new Followed<>(run, checkout);
    }

    /** Notes a call that has reached the payment service. */
    synchronized Call call(long order, int attempt) {
        Call call = new Call(attempt, now());
        for (Run run : runs) {
            if (run.order == order && run.outcome == null) {
                run.calls.add(call);
                break;
            }
        }
        return call;
    }

    /** Looks at what the checkouts wait for, in a dump of their pool. */
    synchronized void look(Dump dump) {
        for (Run run : runs) {
            if (run.outcome == null) {
                for (PoolTree pool : dump.pools()) {
                    pool.tasks().stream()
                            .filter(task -> task.id() == run.task)
                            .forEach(task -> run.waitsFor(Place.in(task.sketch())));
                }
            }
        }
    }

    synchronized String toJson() {
        return runs.stream().map(Run::toJson).collect(Collectors.joining(",", "[", "]"));
    }

    /** A line of the checkout, 0 if it is at none, and the timers that it waits for there. */
    private record Place(int line, List<String> timers) {

        static Place in(AwaitTree tree) {
            List<String> timers = new ArrayList<>();
            int line = 0;
            AwaitTree at = tree;
            while (!at.parts().isEmpty()) {
                at = at.parts().get(0);
                Matcher place = LINE.matcher(at.name());
                if (place.find()) {
                    line = Integer.parseInt(place.group(1));
                } else if (line > 0 && at.name().startsWith("Timers.")) {
                    timers.add(at.name() + left(at));
                }
            }
            return new Place(line, timers);
        }

        private static String left(AwaitTree timer) {
            return timer.figures().stream()
                    .filter(figure -> figure.what().equals("left"))
                    .map(figure -> ", left " + figure.value() / 1_000_000 + " ms")
                    .collect(Collectors.joining());
        }
    }

    /** Runs a checkout, and notes which task it is, at which lines it waits, and how it ends. */
    private final class Followed<T> implements Future<T>, Inspectable {

        private final Run run;
        private final Future<T> checkout;

        Followed(Run run, Future<T> checkout) {
            this.run = run;
            this.checkout = checkout;
        }

        @Override
        public Poll<T> poll(Context cx) {
            run.task = cx.taskId();
            try {
                Poll<T> answer = checkout.poll(cx);
                if (answer.isReady()) {
                    end("committed");
                } else {
                    waits();
                }
                return answer;
            } catch (Throwable failure) {
                end("rolled back: " + failure.getMessage());
                throw failure;
            }
        }

        @Override
        public boolean cancel() {
            run.left = true;
            boolean over = checkout.cancel();
            if (over) {
                end("");
            }
            return over;
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name("order " + run.order).awaits(checkout);
        }

        /** Each poll that leaves it waiting tells its line: no look from outside could miss one. */
        private void waits() {
            Place place = Place.in(AwaitTree.of(this));
            synchronized (Timeline.this) {
                run.reaches(place.line);
            }
        }

        private void end(String outcome) {
            synchronized (Timeline.this) {
                run.end(run.left ? "the customer left: rolled back" : outcome, now());
            }
        }
    }

    /** One call of the payment service. */
    final class Call {

        private final int attempt;
        private final long start;
        private long end = -1;
        private String answer = "no answer";

        private Call(int attempt, long start) {
            this.attempt = attempt;
            this.start = start;
        }

        void end(String how) {
            synchronized (Timeline.this) {
                answer = how;
                end = now();
            }
        }

        private String toJson() {
            return "{\"attempt\":%d,\"start\":%d,\"end\":%d,\"answer\":%s}"
                    .formatted(attempt, start, end < 0 ? now() : end, Json.quote(answer));
        }
    }

    /** The stay at one line. */
    private static final class Step {

        private final int line;
        private final long start;
        private long end;

        private Step(int line, long start) {
            this.line = line;
            this.start = start;
            this.end = start;
        }
    }

    /** One checkout. */
    private final class Run {

        private final long order;
        private final long start;
        private final List<Step> steps = new ArrayList<>();
        private final List<Call> calls = new ArrayList<>();
        private volatile long task;
        private volatile boolean left;
        private List<String> waits = List.of();
        private long end = -1;
        private @Nullable String outcome;

        private Run(long order, long start) {
            this.order = order;
            this.start = start;
        }

        private void reaches(int line) {
            if (line > 0 && !isAt(line)) {
                stretch();
                steps.add(new Step(line, now()));
                waits = List.of();
            }
        }

        /** A dump is older than this moment: the run may have gone on meanwhile. */
        private void waitsFor(Place place) {
            if (isAt(place.line)) {
                waits = place.timers;
                stretch();
            }
        }

        private boolean isAt(int line) {
            return !steps.isEmpty() && steps.get(steps.size() - 1).line == line;
        }

        private void stretch() {
            if (!steps.isEmpty()) {
                steps.get(steps.size() - 1).end = now();
            }
        }

        private void end(String how, long at) {
            if (outcome == null) {
                outcome = how;
                end = at;
                waits = List.of();
                if (!steps.isEmpty()) {
                    steps.get(steps.size() - 1).end = at;
                }
            }
        }

        private String toJson() {
            return "{\"order\":%d,\"task\":%d,\"start\":%d,\"end\":%d,\"outcome\":%s,\"waits\":%s,\"steps\":%s,\"calls\":%s}"
                    .formatted(
                            order,
                            task,
                            start,
                            end < 0 ? now() : end,
                            outcome == null ? "null" : Json.quote(outcome),
                            waits.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]")),
                            steps.stream()
                                    .map(step -> "[" + step.line + "," + step.start + "," + step.end + "]")
                                    .collect(Collectors.joining(",", "[", "]")),
                            calls.stream().map(Call::toJson).collect(Collectors.joining(",", "[", "]")));
        }
    }
}
