package pollux.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.debug.Dump;
import pollux.executor.TaskPool;
import pollux.future.Futures;
import pollux.sync.AsyncMutex;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.time.Timers;

/** What the two kinds of JSON are, for any name, is what docs/schemas says. */
class SchemaTest {

    /** The parts of JSON Schema that our schemas use. */
    private record Schema(Map<?, ?> root) {

        static Schema of(String name) throws IOException {
            Path path = Path.of("").toAbsolutePath();
            while (!Files.exists(path.resolve("docs/schemas"))) {
                path = path.getParent();
            }
            return new Schema(
                    (Map<?, ?>) new Parser(Files.readString(path.resolve("docs/schemas/" + name))).document());
        }

        void check(@Nullable Object value) {
            check("", root, value);
        }

        private void check(String at, Map<?, ?> schema, @Nullable Object value) {
            if (schema.get("$ref") instanceof String reference) {
                Map<?, ?> definitions = (Map<?, ?>) root.get("$defs");
                check(at, (Map<?, ?>) definitions.get(reference.substring("#/$defs/".length())), value);
                return;
            }
            if (schema.get("enum") instanceof List<?> allowed) {
                require(allowed.contains(value), at, allowed, value);
                return;
            }
            switch ((String) schema.get("type")) {
                case "object" -> {
                    require(value instanceof Map, at, "an object", value);
                    Map<?, ?> object = (Map<?, ?>) value;
                    Map<?, ?> known = schema.get("properties") instanceof Map<?, ?> all ? all : Map.of();
                    if (schema.get("required") instanceof List<?> names) {
                        names.forEach(name -> require(object.containsKey(name), at, name, object.keySet()));
                    }
                    object.forEach((name, each) -> {
                        Object next = known.containsKey(name) ? known.get(name) : schema.get("additionalProperties");
                        require(next instanceof Map, at, "no " + name, object.keySet());
                        check(at + "/" + name, (Map<?, ?>) next, each);
                    });
                }
                case "array" -> {
                    require(value instanceof List, at, "an array", value);
                    ((List<?>) value).forEach(each -> check(at + "/*", (Map<?, ?>) schema.get("items"), each));
                }
                case "integer" -> {
                    require(value instanceof Long, at, "an integer", value);
                    Object least = schema.get("minimum");
                    require(least == null || (Long) value >= (Long) least, at, ">= " + least, value);
                }
                case "string" -> require(value instanceof String, at, "a string", value);
                case "boolean" -> require(value instanceof Boolean, at, "a boolean", value);
                default -> throw new IllegalArgumentException("unknown schema at " + at);
            }
        }

        private static void require(boolean holds, String at, Object expected, @Nullable Object found) {
            if (!holds) {
                throw new IllegalStateException("at " + at + ": expected " + expected + ", found " + found);
            }
        }
    }

    /** Reads JSON, and refuses everything else. Integers are longs. */
    private static final class Parser {

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        @Nullable
        Object document() {
            Object value = value();
            space();
            if (at != text.length()) {
                throw wrong();
            }
            return value;
        }

        private IllegalStateException wrong() {
            return new IllegalStateException(
                    "no JSON at " + at + ": " + text.substring(at, Math.min(text.length(), at + 40)));
        }

        private void space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private boolean skip(String token) {
            space();
            boolean there = text.startsWith(token, at);
            at += there ? token.length() : 0;
            return there;
        }

        private void require(String token) {
            if (!skip(token)) {
                throw wrong();
            }
        }

        private @Nullable Object value() {
            if (skip("{")) {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (!skip("}")) {
                    if (!object.isEmpty()) {
                        require(",");
                    }
                    require("\"");
                    String name = string();
                    require(":");
                    if (object.containsKey(name)) {
                        throw wrong();
                    }
                    object.put(name, value());
                }
                return object;
            }
            if (skip("[")) {
                List<@Nullable Object> array = new ArrayList<>();
                while (!skip("]")) {
                    if (!array.isEmpty()) {
                        require(",");
                    }
                    array.add(value());
                }
                return array;
            }
            if (skip("\"")) {
                return string();
            }
            if (skip("true")) {
                return true;
            }
            if (skip("false")) {
                return false;
            }
            int start = at;
            while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            if (start == at) {
                throw wrong();
            }
            return Long.valueOf(text.substring(start, at));
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            while (true) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return string.toString();
                }
                if (c < ' ' || Character.isSurrogate(c)) {
                    throw wrong();
                }
                if (c != '\\') {
                    string.append(c);
                } else if (text.charAt(at) == 'u') {
                    string.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 5;
                } else {
                    string.append("\"\\/bfnrt".indexOf(text.charAt(at)) < 0 ? "" : text.charAt(at));
                    at++;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop", "\"", "\\", "\n\u0000\u001f", "<script>&", "\ud83d\ude00", "\ud800", "\udc00x", "é\u2028"
            })
    void bothKindsAreAsTheSchemasSay(String name) throws Exception {
        Mpsc<String> channel = Mpsc.named(name, 2);
        AsyncMutex lock = AsyncMutex.traced(name);
        try (TaskPool pool =
                TaskPool.builder().workers(1).name("pool " + name).traced(true).build()) {
            for (int i = 0; i < 2; i++) {
                pool.spawn(lock.withLock(() -> channel.receiver().receive()));
            }
            pool.spawn(Futures.pending());
            pool.spawn(Timers.timeout(Duration.ofHours(1), new Promise<>().future()));
            pool.spawn(Futures.ready(1)).toCompletableFuture().join();
            Snapshot.Suspects once = new Snapshot.Suspects();
            Snapshot.take(null, once);
            Snapshot snapshot = Snapshot.take(once, new Snapshot.Suspects());
            assertThat(snapshot.diagnoses()).isNotEmpty();
            Object read = new Parser(Json.of(snapshot, 1000)).document();
            Schema.of("snapshot.schema.json").check(read);
            assertThat(read.toString()).contains("pool " + name + ",").contains("lock()");
            Object dump = new Parser(Dump.ofEverything().toJson()).document();
            Schema.of("dump.schema.json").check(dump);
            assertThat(dump.toString()).contains("pool " + name);
        }
    }

    @Test
    void theSchemasAreNotForAnything() throws IOException {
        Schema schema = Schema.of("dump.schema.json");
        for (String wrong : List.of(
                "{}",
                "{\"pools\":[],\"stuck\":[],\"circles\":[],\"rivals\":[],\"more\":1}",
                "{\"pools\":[{\"name\":1,\"others\":0,\"tasks\":[]}],\"stuck\":[],\"circles\":[],\"rivals\":[]}",
                "{\"pools\":[],\"stuck\":[\"1\"],\"circles\":[],\"rivals\":[]}",
                "{\"pools\":[],\"stuck\":[],\"circles\":[1],\"rivals\":[]}",
                "{\"pools\":[],\"stuck\":[],\"circles\":[],\"rivals\":[1]}")) {
            Object value = new Parser(wrong).document();
            assertThatThrownBy(() -> schema.check(value)).as(wrong).isInstanceOf(IllegalStateException.class);
        }
        for (String wrong : List.of("{\"a\":1,}", "[1 2]", "\"\n\"", "\"\ud800\"", "{\"a\":1,\"a\":2}", "1x", "nul")) {
            assertThatThrownBy(() -> new Parser(wrong).document()).as(wrong).isInstanceOf(RuntimeException.class);
        }
    }
}
