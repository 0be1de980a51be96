package pollux.examples.keyvalue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The keys and their values, shared by all connections. */
final class Store {

    private final ConcurrentHashMap<String, byte[]> values = new ConcurrentHashMap<>();

    byte @Nullable [] get(byte[] key) {
        return values.get(name(key));
    }

    void set(byte[] key, byte[] value) {
        values.put(name(key), value);
    }

    boolean remove(byte[] key) {
        return values.remove(name(key)) != null;
    }

    /** Keys are bytes; this text has one character for each. */
    private static String name(byte[] key) {
        return new String(key, StandardCharsets.ISO_8859_1);
    }
}
