package pollux.compiler;

/** The messages of the compiler: what is wrong, why, and the way out. */
final class Texts {

    static final String NOT_IN_CONSTRUCTOR = "await is not possible in a constructor or initialiser: an object under"
            + " construction cannot be suspended. Use a static factory that returns Future";
    static final String IN_SYNCHRONIZED = "await inside synchronized would keep the monitor while suspended. Use"
            + " AsyncMutex, or await before the block";
    static final String METHOD_REFERENCE =
            "an await point cannot be a method reference: write f -> await(f) in a" + " lambda that returns Future";
    static final String SHAPE =
            "Pollux cannot rewrite this expression around await; assign the awaited value to a local"
                    + " variable first";
    static final String NOT_WRITTEN =
            "Pollux cannot write the class that this becomes, which is a fault of Pollux: please report it. Splitting a"
                    + " large method that awaits may help";
    static final String NOT_VERIFIABLE =
            "this compiler makes a class of it that no JVM accepts, with or without Pollux: synchronized inside a switch"
                    + " expression that is an operand of something. Assign the value of the switch to a local variable first";
    static final String SERIALIZABLE =
            "a block that awaits cannot be serializable: it is compiled to a state machine. Make"
                    + " the class around it serializable instead";
    static final String CLASS_TOO_LARGE =
            "this class has more constants than a class file holds once it is compiled around"
                    + " its awaits. Split it";

    static final String OLDER_LIBRARY =
            "pollux-core on the class path is older than pollux-async-compiler, which compiles awaits to calls that it"
                    + " does not have. Use the same version of both";

    static final String LOCK =
            "this await may go on in another thread, but the lock that is held here belongs to one: unlock()"
                    + " would fail. Use AsyncMutex, or await before locking";
    static final String THREAD_LOCAL =
            "this await may go on in another thread, where the ThreadLocal that was set before has"
                    + " another value. Keep the value in a variable, or use Futures.withService";

    static final String SWALLOWED =
            "this catch also takes the CancellationException of a cancelled task, and the loop goes on: the task"
                    + " could not be cancelled, nor its pool closed. Put catch (CancellationException e) { throw e; }"
                    + " before it";

    /** The way out of a method or lambda that returns something else, with what the future would be of. */
    static final String RETURN =
            "Return Future<%s>, put the code into async(() -> …), or use Async.block(future) on a" + " virtual thread";

    /** The way out of a lambda that is called for each element of something. */
    static final String LOOP = "Use a for loop instead of %s, or Async.block(future) on a virtual thread";

    /** The way out of a lambda that an operator of a library calls. */
    static final String OPERATOR = "Use an operator that takes a %2$s, with %3$s(() -> …), instead of %1$s";

    /** The way out of code that returns a type of a library. */
    static final String WRAP = "Write return %s(%s -> …)";

    private static final String OUTSIDE =
            "await is only possible in a block, or in a method or lambda that returns Future; ";

    private Texts() {}

    /** Of code that the weaver finds: what it returns is all that is known. */
    static String outside(String code, String returns) {
        return outside(code, returns, RETURN.formatted(returns.equals("void") ? "Void" : boxed(returns)));
    }

    static String outside(String code, String returns, String wayOut) {
        return OUTSIDE + code + " returns " + returns + ". " + wayOut;
    }

    /** Tells whether {@code @SuppressWarnings("await")} lifts a refusal: code for virtual threads is left as it is. */
    static boolean isLiftedByMark(String refusal) {
        return refusal.startsWith(OUTSIDE)
                || refusal.equals(NOT_IN_CONSTRUCTOR)
                || refusal.equals(IN_SYNCHRONIZED)
                || refusal.equals(SERIALIZABLE);
    }

    /** What the command line adds to a refusal that {@code @SuppressWarnings("await")} would lift. */
    static String leave(String internalName) {
        return ". If this code runs on virtual threads: class files do not show @SuppressWarnings(\"await\"); name the"
                + " class with -leave " + internalName.replace('/', '.') + ", or <leave> of the goal";
    }

    static String dropped(String type, boolean stream) {
        return "the " + type + " that this call returns is dropped, so it never runs. "
                + (stream ? "Write each(…) around it in a for loop" : "Write await(…) around it")
                + ", spawn it, or keep it in a variable";
    }

    static String calledForNothing(String annotation, String type) {
        return "what calls a @" + annotation + " method does not run the " + type
                + " that it returns, so the code never runs. Return void, and put the code into "
                + (annotation.equals("AsyncTest") ? "world" : "Pollux") + ".run(() -> …)";
    }

    static String voidBlock(String method) {
        return "a block has to end with a value: add 'return null;' at the end of the lambda that " + method + " takes";
    }

    static String unfitConverter(String method, String converter, String problem) {
        return "@Awaits(\"" + converter + "\") of " + method + " needs a method " + converter + " beside it, "
                + problem;
    }

    static String noConverter(String owner, String method) {
        return "@Awaits of " + owner.replace('/', '.').replace('$', '.') + "." + method
                + " names no converter, so its first parameter has to be a Future";
    }

    static String tooLarge(String method, int size) {
        return method + " is " + size + " bytes of bytecode once it is compiled around its awaits; a class file holds"
                + " methods of up to 65535. Split it";
    }

    static String huge(String method, int size) {
        return method + " is " + size + " bytes of bytecode once it is compiled around its awaits; HotSpot does not"
                + " compile methods over 8000. Split it";
    }

    static String classVersion(String name, int major, String newest) {
        return "Pollux reads class files up to Java " + newest + "; " + name + " is Java " + (major - 44)
                + ". Update pollux-async-compiler or set --release " + newest;
    }

    static String notReadable(String name, String output) {
        return "Pollux could not read back " + name + ".class from the output of this compiler (" + output
                + "). Weave the class directory after the compiler has run: java -jar pollux-async-compiler.jar <directory>";
    }

    static String boxed(String type) {
        return switch (type) {
            case "boolean" -> "Boolean";
            case "byte" -> "Byte";
            case "char" -> "Character";
            case "short" -> "Short";
            case "int" -> "Integer";
            case "long" -> "Long";
            case "float" -> "Float";
            case "double" -> "Double";
            default -> type;
        };
    }
}
