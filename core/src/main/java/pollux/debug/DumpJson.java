package pollux.debug;

import java.util.List;
import pollux.future.AwaitTree;
import pollux.future.AwaitTree.Figure;

/** A dump as JSON for programs: nothing folded, times in nanoseconds. */
final class DumpJson {

    private final StringBuilder text = new StringBuilder();

    DumpJson(List<PoolTree> pools, WaitGraph graph) {
        text.append("{\"pools\":[");
        for (PoolTree pool : pools) {
            text.append("{\"name\":");
            string(pool.name());
            text.append(",\"others\":").append(pool.others()).append(",\"tasks\":[");
            for (TaskTree task : pool.tasks()) {
                text.append("{\"id\":").append(task.id());
                text.append(",\"idle\":").append(task.idle());
                text.append(",\"stuck\":").append(graph.isStuck(task.id())).append(",\"waits\":");
                sketch(task.sketch());
                endOf('}');
            }
            endList();
            endOf('}');
        }
        endList();
        text.append(",\"stuck\":").append(graph.stuck());
        text.append(",\"circles\":").append(graph.circles());
        text.append(",\"rivals\":").append(graph.rivals()).append('}');
    }

    private void sketch(AwaitTree sketch) {
        text.append("{\"name\":");
        string(sketch.name());
        if (!sketch.figures().isEmpty()) {
            text.append(",\"figures\":{");
            for (Figure figure : sketch.figures()) {
                string(figure.what().isEmpty() ? "task" : figure.what());
                text.append(':').append(figure.value()).append(',');
            }
            end();
            text.append('}');
        }
        if (!sketch.notes().isEmpty()) {
            text.append(",\"notes\":[");
            for (String note : sketch.notes()) {
                string(note);
                text.append(',');
            }
            endList();
        }
        String detail = sketch.detail();
        if (detail != null) {
            text.append(",\"detail\":");
            string(detail);
        }
        if (!sketch.parts().isEmpty()) {
            text.append(",\"parts\":[");
            for (AwaitTree part : sketch.parts()) {
                sketch(part);
                text.append(',');
            }
            endList();
        }
        if (sketch.leftOut() > 0) {
            text.append(",\"leftOut\":").append(sketch.leftOut());
        }
        text.append('}');
    }

    private void endOf(char bracket) {
        text.append(bracket).append(',');
    }

    private void endList() {
        end();
        text.append(']');
    }

    /** Takes back the comma behind the last element. */
    private void end() {
        if (text.charAt(text.length() - 1) == ',') {
            text.setLength(text.length() - 1);
        }
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
