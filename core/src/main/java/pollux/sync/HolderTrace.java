package pollux.sync;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import pollux.future.AwaitTree;
import pollux.future.Inspectable;

/** The name of a lock or semaphore, and who holds it. Only those that are traced have one. */
final class HolderTrace {

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /** The name of a lambda, and that of compiled code, has that of its method in it. */
    private static final Pattern LAMBDA = Pattern.compile("^lambda\\$(\\D.*?)(\\$\\d+)?(\\$async)?$");

    /** What compiled code calls instead, by its name: that class knows the two that know this one. */
    private static final String AWAITED = HolderTrace.class.getPackageName() + ".AwaitedCalls";

    private final String name;

    /** Whether a waiter can go on only after a holder has given back; not so where permits can be added. */
    private final boolean exclusive;

    /** By their permit, or by the turn of a single one. */
    private final Map<Object, Holder> holders = new ConcurrentHashMap<>();

    HolderTrace(String name, boolean exclusive) {
        this.name = name;
        this.exclusive = exclusive;
    }

    String name() {
        return name;
    }

    /** Returns the line that calls the lock or the semaphore. */
    static String line() {
        return WALKER.walk(frames -> frames.dropWhile(frame -> isOurs(frame.getDeclaringClass()))
                .findFirst()
                .map(frame -> frame.getClassName() + "."
                        + LAMBDA.matcher(frame.getMethodName()).replaceFirst("$1") + "(" + frame.getFileName() + ":"
                        + frame.getLineNumber() + ")")
                .orElse("an unknown line"));
    }

    private static boolean isOurs(Class<?> type) {
        Class<?> host = type.getNestHost();
        return host == HolderTrace.class
                || host == AsyncMutex.class
                || host == AsyncSemaphore.class
                || host.getName().equals(AWAITED);
    }

    /** Adds a holder, which {@link #gone} finds by this key. */
    void add(Object key, long task, String line, int count) {
        holders.put(key, new Holder(task, line, count));
    }

    /** Takes a holder out, if it is still there. */
    void gone(Object key) {
        holders.remove(key);
    }

    /** Adds each holder to the sketch of a waiter. */
    void describe(AwaitTree sketch) {
        if (!exclusive) {
            sketch.wokenBy();
        }
        holders.values().forEach(sketch::awaits);
    }

    /** One holder, from the moment at which it has the permits until it gives them back. */
    final class Holder implements Inspectable {

        private final long task;
        private final String line;
        private final int count;

        private Holder(long task, String line, int count) {
            this.task = task;
            this.line = line;
            this.count = count;
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name("held since " + line + ", by");
            if (task == 0) {
                sketch.note("no task").wokenBy();
            } else if (exclusive) {
                sketch.joins(task);
            } else {
                sketch.task("", task).count("permits", count).wokenBy();
            }
        }
    }
}
