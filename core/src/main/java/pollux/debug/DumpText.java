package pollux.debug;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import pollux.future.AwaitTree;
import pollux.future.AwaitTree.Figure;

/** A dump as text for people, in which what is the same is written once. */
final class DumpText {

    /*
     * Two trees are the same if they differ in figures only. Each tree gets the number of its shape, and so do its
     * parts before it; the shape of a tree is its name, its notes, what its figures are called, and the shapes of its
     * parts in order. So comparing trees of any size is comparing numbers.
     */

    private static final int DETAILS = 3;

    private record Shape(String name, List<String> notes, List<String> figures, List<Integer> parts, boolean cut) {}

    private final Map<Shape, Integer> numbers = new HashMap<>();
    private final IdentityHashMap<AwaitTree, Integer> shapes = new IdentityHashMap<>();
    private final StringBuilder text = new StringBuilder();

    DumpText(List<PoolTree> pools, WaitGraph graph) {
        if (pools.isEmpty()) {
            text.append("no pools\n");
        }
        for (PoolTree pool : pools) {
            text.append(pool.name()).append('\n');
            Map<List<Object>, List<AwaitTree>> same = new LinkedHashMap<>();
            for (TaskTree task : pool.tasks()) {
                List<Object> key = List.of(number(task.sketch()), marks(task.id(), graph));
                same.computeIfAbsent(key, none -> new ArrayList<>()).add(task.sketch());
            }
            same.forEach((key, tasks) -> write(tasks, tasks.size(), "  ", (String) key.get(1)));
            if (pool.others() > 0) {
                line("  ", pool.others() + " more, not looked at");
            }
        }
        for (List<Long> tasks : graph.rivals()) {
            text.append("one future: awaited by ")
                    .append(numbers(tasks))
                    .append(", wakes the last of them that polled it\n");
        }
        for (List<Long> circle : graph.circles()) {
            text.append("circle: ");
            for (int i = 0; i < Math.min(circle.size(), 10); i++) {
                text.append('#').append(circle.get(i)).append(" joins ");
            }
            text.append(circle.size() > 10 ? "… joins #" : "#")
                    .append(circle.get(0))
                    .append('\n');
        }
    }

    private static String numbers(List<Long> tasks) {
        String shown = tasks.stream().limit(10).map(task -> "#" + task).collect(Collectors.joining(", "));
        return tasks.size() > 10 ? shown + ", …" : shown;
    }

    private static String marks(long task, WaitGraph graph) {
        return (graph.isRival(task) ? ", AWAITS A FUTURE OF ANOTHER TASK" : "")
                + (graph.isInCircle(task) ? ", WAITS FOR ITSELF" : "")
                + (graph.isStuck(task) ? ", NOTHING CAN WAKE IT" : "");
    }

    /** Writes trees of one shape as one tree; {@code count} of them are in one tree of the line above. */
    private void write(List<AwaitTree> same, long count, String indent, String marks) {
        AwaitTree one = same.get(0);
        StringBuilder line = new StringBuilder();
        if (count > 1) {
            line.append(count).append(" × ");
        }
        line.append(one.name());
        for (int i = 0; i < one.figures().size(); i++) {
            line.append(range(same, i));
        }
        for (String note : one.notes()) {
            line.append(", ").append(note);
        }
        line.append(details(same));
        line(indent, line + marks);
        Map<Integer, Long> counts = new LinkedHashMap<>();
        for (AwaitTree part : one.parts()) {
            counts.merge(number(part), 1L, Long::sum);
        }
        Map<Integer, List<AwaitTree>> parts = new HashMap<>();
        for (AwaitTree tree : same) {
            for (AwaitTree part : tree.parts()) {
                parts.computeIfAbsent(number(part), none -> new ArrayList<>()).add(part);
            }
        }
        counts.forEach((shape, each) -> write(parts.getOrDefault(shape, List.of()), each, indent + "  ", ""));
        if (one.leftOut() > 0) {
            line(indent + "  ", "… and more");
        }
    }

    /** A few of what differs. */
    private static String details(Collection<AwaitTree> same) {
        Set<String> details = new LinkedHashSet<>();
        for (AwaitTree sketch : same) {
            String detail = sketch.detail();
            if (detail != null) {
                details.add(detail);
            }
        }
        if (details.isEmpty()) {
            return "";
        }
        String shown = details.stream().limit(DETAILS).collect(Collectors.joining("; ", ", ", ""));
        return details.size() > DETAILS ? shown + "; … and " + (details.size() - DETAILS) + " others" : shown;
    }

    private void line(String indent, String line) {
        text.append(indent).append(line.replace("\n", "\n" + indent + "    ")).append('\n');
    }

    private static String range(Collection<AwaitTree> same, int figure) {
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (AwaitTree sketch : same) {
            long value = sketch.figures().get(figure).value();
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        Figure any = same.iterator().next().figures().get(figure);
        String what = any.what();
        String range = least == most
                ? inUnit(least, any.unit())
                : inUnit(least, any.unit()) + " to " + inUnit(most, any.unit());
        return what.isEmpty() ? " " + range : ", " + what + " " + range;
    }

    private static String inUnit(long value, AwaitTree.Unit unit) {
        return switch (unit) {
            case COUNT -> value == Long.MAX_VALUE ? "unbounded" : String.format(Locale.ROOT, "%,d", value);
            case TASK -> "#" + value;
            case NANOS -> Nanos.inWords(value);
        };
    }

    private int number(AwaitTree sketch) {
        Integer known = shapes.get(sketch);
        if (known == null) {
            List<Integer> parts = sketch.parts().stream().map(this::number).toList();
            List<String> figures = sketch.figures().stream().map(Figure::what).toList();
            Shape shape = new Shape(sketch.name(), sketch.notes(), figures, parts, sketch.leftOut() > 0);
            known = numbers.computeIfAbsent(shape, fresh -> numbers.size());
            shapes.put(sketch, known);
        }
        return known;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
