package pollux.observability;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.executor.PoolMetrics;
import pollux.future.AwaitTree;
import pollux.future.AwaitTree.Figure;
import pollux.sync.ChannelMetrics;

/** A snapshot as JSON, in one line. The fields are described in docs/observability.md. */
final class Json {

    private final StringBuilder text = new StringBuilder(1 << 14);

    private Json() {}

    static String of(Snapshot snapshot, long nextMillis) {
        Json json = new Json();
        json.write(snapshot, nextMillis);
        return json.text.toString();
    }

    private void write(Snapshot snapshot, long nextMillis) {
        open('{');
        number("time", snapshot.time());
        number("tookNanos", snapshot.tookNanos());
        number("nextMillis", nextMillis);
        number("live", snapshot.live());
        number("seen", snapshot.seen());
        name("pools");
        open('[');
        snapshot.pools().forEach(this::pool);
        close(']');
        name("diagnoses");
        open('[');
        snapshot.diagnoses().forEach(this::diagnosis);
        close(']');
        name("channels");
        open('[');
        for (ChannelMetrics channel : snapshot.channels()) {
            open('{');
            string("name", channel.name());
            number("queued", channel.queued());
            number("capacity", channel.capacity());
            number("waiting", channel.waiting());
            number("senders", channel.senders());
            close('}');
        }
        close(']');
        name("kinds");
        open('[');
        for (Snapshot.Kind kind : snapshot.kinds()) {
            open('{');
            string("place", kind.place());
            string("waitsFor", kind.waitsFor());
            number("count", kind.count());
            number("example", kind.example());
            close('}');
        }
        close(']');
        name("tasks");
        open('[');
        snapshot.tasks().forEach(this::task);
        close(']');
        close('}');
        end();
    }

    private void pool(Snapshot.Pool pool) {
        open('{');
        string("name", pool.name());
        number("spawned", pool.spawned());
        number("ended", pool.ended());
        number("queued", pool.queued());
        name("closed").append(pool.closed()).append(',');
        name("pollTimes").append(pool.polls().counts()).append(',');
        name("wakeDelays").append(pool.wakes().counts()).append(',');
        name("workers");
        open('[');
        for (PoolMetrics.Worker worker : pool.workers()) {
            open('{');
            string("state", worker.state().name());
            number("task", worker.task());
            number("polls", worker.polls());
            number("steals", worker.steals());
            number("parks", worker.parks());
            number("queued", worker.queueDepth());
            number("busyNanos", worker.busy().toNanos());
            number("blockedNanos", worker.blocked().toNanos());
            close('}');
        }
        close(']');
        close('}');
    }

    private void diagnosis(Snapshot.Diagnosis diagnosis) {
        open('{');
        string("fault", diagnosis.fault().name());
        string("title", diagnosis.fault().title);
        string("meaning", diagnosis.fault().meaning);
        string("pool", diagnosis.pool());
        string("place", diagnosis.place());
        number("nanos", diagnosis.nanos());
        name("tasks").append(diagnosis.tasks()).append(',');
        close('}');
    }

    private void task(Snapshot.Row task) {
        open('{');
        number("tid", task.id());
        string("container", task.pool());
        string("state", task.state());
        number("ageNanos", task.age());
        number("polls", task.polls());
        number("idleNanos", task.idle());
        number("parent", task.parent());
        string("place", task.place());
        string("waitsFor", task.waitsFor());
        string("mark", task.mark());
        AwaitTree tree = task.tree();
        if (tree != null) {
            name("waits");
            parts(tree.parts());
        }
        close('}');
    }

    private void parts(List<AwaitTree> parts) {
        open('[');
        for (AwaitTree part : parts) {
            open('{');
            string("name", part.name());
            if (!part.figures().isEmpty()) {
                name("figures");
                open('[');
                for (Figure figure : part.figures()) {
                    open('{');
                    string("what", figure.what());
                    number("value", figure.value());
                    string("unit", figure.unit().name());
                    close('}');
                }
                close(']');
            }
            if (!part.notes().isEmpty()) {
                name("notes");
                open('[');
                for (String note : part.notes()) {
                    quote(note).append(',');
                }
                close(']');
            }
            String detail = part.detail();
            if (detail != null) {
                string("detail", detail);
            }
            if (part.leftOut() > 0) {
                number("leftOut", part.leftOut());
            }
            if (!part.parts().isEmpty()) {
                name("parts");
                parts(part.parts());
            }
            close('}');
        }
        close(']');
    }

    private void open(char bracket) {
        text.append(bracket);
    }

    private void close(char bracket) {
        end();
        text.append(bracket).append(',');
    }

    /** Takes back the comma behind the last element. */
    private void end() {
        if (text.charAt(text.length() - 1) == ',') {
            text.setLength(text.length() - 1);
        }
    }

    private StringBuilder name(String name) {
        return quote(name).append(':');
    }

    private void number(String name, @Nullable Long value) {
        if (value != null) {
            name(name).append((long) value).append(',');
        }
    }

    private void number(String name, long value) {
        name(name).append(value).append(',');
    }

    private void string(String name, String value) {
        name(name);
        quote(value).append(',');
    }

    private StringBuilder quote(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c > '~' || c == '<' || c == '>' || c == '&') {
                text.append("\\u").append(String.format("%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"');
    }
}
