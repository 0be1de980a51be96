package pollux.executor;

import java.util.regex.Pattern;

/**
 * The place where a worker sits, as something that loggers can print: with the two lines of the report at most 12
 * lines.
 */
final class BlockedPoll extends Exception {

    private static final long serialVersionUID = 1;

    /** With the line of the logger, that of the message, and that of this exception: 12, and one to spare. */
    private static final int LONGEST = 8;

    /** The frames of a stack that say what blocks. */
    private static final int TOP = 2;

    BlockedPoll(StackTraceElement[] stack) {
        super("blocked here", null, false, true);
        setStackTrace(stack);
    }

    /** Keeps what blocks, then the code of users, innermost first, then what is left. */
    static StackTraceElement[] shortened(StackTraceElement[] stack) {
        if (stack.length <= LONGEST) {
            return stack;
        }
        boolean[] kept = new boolean[stack.length];
        int left = LONGEST;
        for (int i = 0; i < TOP; i++, left--) {
            kept[i] = true;
        }
        for (boolean users : new boolean[] {true, false}) {
            for (int i = TOP; i < stack.length && left > 0; i++) {
                if (!kept[i] && isUsers(stack[i]) == users) {
                    kept[i] = true;
                    left--;
                }
            }
        }
        StackTraceElement[] shortened = new StackTraceElement[LONGEST];
        int at = 0;
        for (int i = 0; i < stack.length; i++) {
            if (kept[i]) {
                shortened[at++] = stack[i];
            }
        }
        return shortened;
    }

    /** Returns the innermost line of users; the innermost of all if there is none. */
    static StackTraceElement place(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (isUsers(frame)) {
                return frame;
            }
        }
        return stack[0];
    }

    private static boolean isUsers(StackTraceElement frame) {
        String type = frame.getClassName();
        for (String library : LIBRARIES) {
            if (type.startsWith(library)) {
                return false;
            }
        }
        return true;
    }

    private static final String[] LIBRARIES = {
        "java.",
        "javax.",
        "jdk.",
        "sun.",
        "pollux.debug.",
        "pollux.executor.",
        "pollux.scope.",
        "pollux.future.",
        "pollux.async.",
        "pollux.reactive.",
        "pollux.internal.",
        "reactor.",
        "io.reactivex.",
        "io.netty."
    };

    /** Tells whether a class is being loaded or initialised, or a call linked for the first time. */
    static boolean isStartUp(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            String method = frame.getMethodName();
            if (method.equals("<clinit>")
                    || type.endsWith("ClassLoader")
                    || type.startsWith("jdk.internal.loader.")
                    || type.startsWith("org.springframework.boot.loader.")
                    || method.startsWith("linkCallSite")
                    || method.startsWith("linkMethod")
                    || type.startsWith("java.lang.invoke.")
                            && LINKERS.matcher(type).find()
                    || type.equals("java.lang.Class") && method.startsWith("forName")) {
                return true;
            }
        }
        return false;
    }

    private static final Pattern LINKERS =
            Pattern.compile("LambdaMetafactory|LambdaForm|InvokerBytecode|StringConcatFactory|MethodHandleNatives"
                    + "|CallSite$|BootstrapMethodInvoker|SpeciesData|BoundMethodHandle");
}
