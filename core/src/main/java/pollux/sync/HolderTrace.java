package pollux.sync;

import java.util.Set;
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

    private final Set<Holder> holders = ConcurrentHashMap.newKeySet();

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

    Holder add(long task, String line, int count) {
        return add(task, line, count, 0);
    }

    /** Adds the holder of a single permit, which {@link #gone(long)} finds by its turn. */
    Holder add(long task, String line, int count, long turn) {
        Holder holder = new Holder(task, line, count, turn);
        holders.add(holder);
        return holder;
    }

    /** Takes out the holder of a turn, if it is still there. */
    void gone(long turn) {
        holders.removeIf(holder -> holder.turn == turn);
    }

    /** Adds each holder to the sketch of a waiter. */
    void describe(AwaitTree sketch) {
        if (!exclusive) {
            sketch.wokenBy();
        }
        holders.forEach(sketch::awaits);
    }

    /** One holder, from the moment at which it has the permits until it gives them back. */
    final class Holder implements Inspectable {

        private final long task;
        private final String line;
        private final int count;
        private final long turn;

        private Holder(long task, String line, int count, long turn) {
            this.task = task;
            this.line = line;
            this.count = count;
            this.turn = turn;
        }

        void gone() {
            holders.remove(this);
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
