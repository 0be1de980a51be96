package pollux.compiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Rewrites one class file: every method and lambda in it that awaits. A class without an await is left alone, and so is
 * one that was woven before. The same input gives the same bytes.
 */
final class Weaver {

    /** HotSpot does not compile methods larger than this. */
    private static final int HUGE = 8000;

    private final AwaitPoints points;
    private final boolean keepAll;
    private final Warnings warnings;

    /** Hears of methods that will run slowly. */
    @FunctionalInterface
    interface Warnings {

        /** Warns of a method whose first await is on a line, 0 if it is not known. */
        void warn(String message, int line);
    }

    /**
     * Makes a weaver.
     *
     * @param points knows the await points
     * @param keepAll whether to keep dead variables as well, for debuggers
     * @param warnings is told of methods that will run slowly
     */
    Weaver(AwaitPoints points, boolean keepAll, Warnings warnings) {
        this.points = points;
        this.keepAll = keepAll;
        this.warnings = warnings;
    }

    /**
     * Rewrites a class.
     *
     * @param name what messages call it
     * @param classFile its bytes
     * @param serializable whether it is a class whose serial version counts
     * @return the classes to write, by internal name: the class itself first, then its state classes; empty if it does
     *     not await
     * @throws WeaveException if the code cannot be rewritten
     */
    Map<String, byte[]> weave(String name, byte[] classFile, boolean serializable) {
        ClassNode host = read(name, classFile);
        Normalizer normalizer = new Normalizer(points);
        Lambdas lambdas = new Lambdas(host);
        List<MethodNode> awaiting = host.methods.stream()
                .filter(method -> awaits(method, normalizer)
                        && !lambdas.isUnused(method)
                        && !isLeft(host, method, lambdas, normalizer))
                .toList();
        if (awaiting.isEmpty()) {
            return Map.of();
        }
        if (!points.isLibraryNewEnough()) {
            throw new WeaveException(Texts.OLDER_LIBRARY, Code.line(firstAwait(awaiting.get(0), normalizer)));
        }
        awaiting = lambdas.separate(host, awaiting);
        List<Task> tasks = new ArrayList<>();
        for (MethodNode method : awaiting) {
            int line = Code.line(firstAwait(method, normalizer));
            AsyncMethod.Kind kind = kind(method, lambdas.sites(method), line);
            around(line, () -> normalizer.normalize(method));
            tasks.add(new Task(method, kind, line, stateName(host.name, method.name, tasks.size() + 1)));
        }
        DirectCalls calls = directCalls(host, tasks);
        Map<String, byte[]> states = new LinkedHashMap<>();
        Map<MethodNode, Integer> lines = new LinkedHashMap<>();
        for (Task task : tasks) {
            MethodNode method = task.method;
            AsyncMethod.Kind kind = task.kind;
            int line = task.line;
            String state = task.state;
            around(line, () -> {
                List<InvokeDynamicInsnNode> sites = lambdas.sites(method);
                AsyncMethod async = new AsyncMethod(host, method, kind, state, points, keepAll, calls.calleeOf(method));
                MethodNode resume = async.split();
                host.methods.add(resume);
                lines.put(resume, line);
                states.put(state, async.stateClass(resume));
                if (kind != AsyncMethod.Kind.FUTURE) {
                    sites.forEach(site -> Lambdas.retarget(site, kind, method));
                }
            });
        }
        if (serializable) {
            SerialVersion.keep(host, classFile);
        }
        Map<String, byte[]> woven = new LinkedHashMap<>();
        woven.put(host.name, write(host, lines));
        woven.putAll(states);
        lines.forEach((resume, line) -> warnIfHuge(host, resume, line));
        return woven;
    }

    /** One method that awaits, on its way through the weaver. */
    private record Task(MethodNode method, AsyncMethod.Kind kind, int line, String state) {}

    private static DirectCalls directCalls(ClassNode host, List<Task> tasks) {
        Map<MethodNode, String> callees = new LinkedHashMap<>();
        tasks.stream()
                .filter(task -> task.kind == AsyncMethod.Kind.FUTURE)
                .forEach(task -> callees.put(task.method, task.state));
        DirectCalls calls = new DirectCalls(host, callees);
        tasks.stream()
                .filter(task -> task.kind == AsyncMethod.Kind.BLOCK)
                .forEach(task -> calls.addBlock(task.method, task.state));
        tasks.forEach(task -> around(task.line, () -> calls.mark(task.method)));
        calls.count();
        tasks.forEach(task -> around(task.line, () -> calls.takeTurns(task.method)));
        return calls;
    }

    /** Does a step; whatever goes wrong in it is said to be on a line, unless it is known better. */
    private static void around(int line, Runnable step) {
        try {
            step.run();
        } catch (WeaveException e) {
            throw e.line() > 0 ? e : new WeaveException(e.getMessage(), line);
        } catch (RuntimeException unforeseen) {
            throw new WeaveException(Texts.SHAPE, line, unforeseen);
        }
    }

    /**
     * Of a class with awaits that stay as they are: those in code that could not be compiled anyway. What is not marked
     * in it has been refused before.
     */
    private boolean isLeft(ClassNode host, MethodNode method, Lambdas lambdas, Normalizer normalizer) {
        if (!points.leavesSome(host.name)) {
            return false;
        }
        List<InvokeDynamicInsnNode> sites = lambdas.sites(method);
        if (sites.stream().anyMatch(site -> Lambdas.kind(site) == AsyncMethod.Kind.STREAM)) {
            return false; // only compiled code can emit
        }
        if (sites.stream().allMatch(site -> Lambdas.kind(site) == AsyncMethod.Kind.FUTURE)) {
            if (method.name.startsWith("<")
                    || (method.access & Opcodes.ACC_SYNCHRONIZED) != 0
                    || !returnsFuture(method)) {
                return true;
            }
        } else if (sites.stream().anyMatch(Lambdas::isSerializable)) {
            return true;
        }
        return Monitors.find(new Code(method), Set.copyOf(awaitsOf(method, normalizer))) != null;
    }

    /** Exactly Future: what the caller takes for a subtype, as with a type variable, is no frame. */
    private static boolean returnsFuture(MethodNode method) {
        boolean variable = method.signature != null && method.signature.indexOf(")T") > 0;
        return !variable && Type.getReturnType(method.desc).getDescriptor().equals(Names.FUTURE_DESC);
    }

    private static ClassNode read(String name, byte[] classFile) {
        ClassNode host = new ClassNode();
        ClassReader reader;
        try {
            reader = new ClassReader(classFile);
        } catch (IllegalArgumentException tooNew) {
            int major = (classFile[6] & 0xff) << 8 | classFile[7] & 0xff;
            throw new WeaveException(Texts.classVersion(name, major, newestJava()), 0);
        }
        reader.accept(host, ClassReader.EXPAND_FRAMES);
        return host;
    }

    /** The newest class file version that this ASM knows, as a Java version. */
    private static String newestJava() {
        int newest = 0;
        for (var field : Opcodes.class.getFields()) {
            if (field.getName().matches("V\\d+")) {
                newest = Math.max(newest, Integer.parseInt(field.getName().substring(1)));
            }
        }
        return Integer.toString(newest);
    }

    /** Writes a class; the lines are those of the first await of each method that was made. */
    static byte[] write(ClassNode host, Map<MethodNode, Integer> lines) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        try {
            host.accept(writer);
            return writer.toByteArray();
        } catch (MethodTooLargeException e) {
            int line = lines.entrySet().stream()
                    .filter(m -> m.getKey().name.equals(e.getMethodName())
                            && m.getKey().desc.equals(e.getDescriptor()))
                    .mapToInt(Map.Entry::getValue)
                    .findAny()
                    .orElse(0);
            throw new WeaveException(Texts.tooLarge(shown(host, e.getMethodName()), e.getCodeSize()), line);
        } catch (ClassTooLargeException e) {
            throw new WeaveException(Texts.CLASS_TOO_LARGE, 0);
        } catch (RuntimeException unforeseen) {
            throw new WeaveException(
                    Texts.NOT_WRITTEN, lines.values().iterator().next(), unforeseen);
        }
    }

    private boolean awaits(MethodNode method, Normalizer normalizer) {
        if (method.invisibleAnnotations != null
                && method.invisibleAnnotations.stream().anyMatch(a -> a.desc.equals(Names.AWAITS_DESC))) {
            return false; // an await point itself, for code that is not compiled
        }
        return firstAwait(method, normalizer) != null;
    }

    /** Returns the first await of a method, null if it does not await. */
    private @Nullable AbstractInsnNode firstAwait(MethodNode method, Normalizer normalizer) {
        List<AbstractInsnNode> awaits = awaitsOf(method, normalizer);
        return awaits.isEmpty() ? null : awaits.get(0);
    }

    /** Returns the awaits of a method as they stand in the class file; that of a loop is the call that begins it. */
    private List<AbstractInsnNode> awaitsOf(MethodNode method, Normalizer normalizer) {
        Set<AbstractInsnNode> loops = AwaitingLoops.begins(method, points);
        List<AbstractInsnNode> awaits = new ArrayList<>();
        for (AbstractInsnNode insn : method.instructions) {
            if (loops.contains(insn) || normalizer.converter(insn) != null) {
                awaits.add(insn);
            }
        }
        return awaits;
    }

    private static AsyncMethod.Kind kind(MethodNode method, List<InvokeDynamicInsnNode> sites, int line) {
        if (method.name.equals("<init>") || method.name.equals("<clinit>")) {
            throw new WeaveException(Texts.NOT_IN_CONSTRUCTOR, line);
        }
        if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            throw new WeaveException(Texts.IN_SYNCHRONIZED, line);
        }
        AsyncMethod.Kind kind = sites.isEmpty() ? AsyncMethod.Kind.FUTURE : Lambdas.kind(sites.get(0));
        if (kind != AsyncMethod.Kind.FUTURE) {
            if (sites.stream().anyMatch(Lambdas::isSerializable)) {
                throw new WeaveException(Texts.SERIALIZABLE, line);
            }
            return kind;
        }
        String returned = Type.getReturnType(method.desc).getClassName();
        if (!returnsFuture(method)) {
            String code = method.name.startsWith("lambda$") ? "this lambda" : "'" + method.name + "'";
            throw new WeaveException(Texts.outside(code, returned.substring(returned.lastIndexOf('.') + 1)), line);
        }
        return AsyncMethod.Kind.FUTURE;
    }

    /**
     * Returns the name of a state class. No source can declare it, because of the hyphen. No other state class has it:
     * what follows the last dollar sign is of the method, and what comes before it is the host.
     */
    static String stateName(String host, String method, int number) {
        return host + "$" + baseName(method).replace('$', '-') + "-async" + number;
    }

    /** Returns the name that a state class shows: the method's, or that of the method around a lambda. */
    static String baseName(String method) {
        String name = method;
        if (name.startsWith("lambda$")) {
            name = name.substring("lambda$".length());
            int number = name.lastIndexOf('$');
            if (number > 0) {
                name = name.substring(0, number);
            } else if (Character.isDigit(name.charAt(0))) {
                name = "lambda"; // ecj counts them only
            }
        }
        return name;
    }

    private static String shown(ClassNode host, String method) {
        String name = method.endsWith("$async") ? method.substring(0, method.length() - "$async".length()) : method;
        return host.name.replace('/', '.') + "." + baseName(name);
    }

    private void warnIfHuge(ClassNode host, MethodNode resume, int line) {
        CodeSizeEvaluator size = new CodeSizeEvaluator(null);
        resume.accept(size);
        if (size.getMinSize() > HUGE) {
            warnings.warn(Texts.huge(shown(host, resume.name), size.getMinSize()), line);
        }
    }
}
