package pollux.compiler.fuzz;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.async.StreamBlock;
import pollux.compiler.conformance.Env;
import pollux.future.Context;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.sync.Mpsc;

/** What the random programs call. */
public final class Lib {

    /** Something to construct with awaited arguments, and to have its fields assigned. */
    public static final class Box {

        public int n;
        public String s;

        public Box(int n, String s) {
            this.n = n;
            this.s = s;
        }

        public int plus(int a, long b) {
            return n + a + (int) b;
        }

        @Override
        public String toString() {
            return n + ":" + cut(s);
        }
    }

    /** A resource that may fail to close. */
    public record Res(Env e, String name, boolean failing) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            e.log("close " + name);
            if (failing) {
                throw new IOException("close " + name);
            }
        }
    }

    private Lib() {}

    /** A generator that is not told when its loop is left: what a canary looks for. */
    public static AsyncStream<Integer> leaky(StreamBlock<Integer> block) {
        AsyncStream<Integer> stream = Async.stream(block);
        return new RawStream<>() {
            @Override
            public @Nullable Object pollNextRaw(Context cx) {
                return RawStream.pollAny(stream, cx);
            }

            @Override
            public boolean cancel() {
                return true;
            }
        };
    }

    /** Releases what was held. */
    public static <T> T under(AutoCloseable held, T value) throws Exception {
        held.close();
        return value;
    }

    public static <T> T second(@Nullable Void nothing, T value) {
        return value;
    }

    /** A channel with room for one more than the item in it. */
    public static <T> Mpsc<T> channel(T item) {
        Mpsc<T> channel = Mpsc.bounded(2);
        channel.sender().trySend(item);
        return channel;
    }

    public static <T> T trace(Env e, T value) {
        e.log(value);
        return value;
    }

    public static int mix(int a, long b, double c, String d) {
        return a * 31 + (int) b + (int) c + d.length();
    }

    public static int sum(int... values) {
        int sum = 0;
        for (int value : values) {
            sum = sum * 3 + value;
        }
        return sum;
    }

    public static String join(Object... values) {
        StringBuilder all = new StringBuilder();
        for (Object value : values) {
            all.append(value).append(' ');
        }
        return all.toString();
    }

    /** Keeps strings short that a program appends to themselves. */
    public static String cut(String s) {
        return s.length() <= 12 ? s : s.substring(s.length() - 12);
    }

    /** An exception without what may differ: what a cancellation says, and what its clean-up ended with. */
    public static String name(Throwable thrown) {
        if (thrown instanceof CancellationException) {
            return "cancelled";
        }
        StringBuilder text = new StringBuilder(thrown.getClass() + " " + thrown.getMessage());
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!(suppressed instanceof pollux.internal.trace.AwaitedAt)) { // those of a virtual thread are others
                text.append(" suppressed ").append(name(suppressed));
            }
        }
        return text.toString();
    }
}
