package pollux.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Rewrites one class file: every method and lambda in it that awaits. A class without an await is left alone, and so is one
 * that was woven before. The same input gives the same bytes.
 */
final class Weaver {

    /** HotSpot does not compile methods larger than this. */
    private static final int HUGE = 8000;

    private final AwaitPoints points;
    private final boolean keepAll;
    private final Consumer<String> warnings;

    /**
     * Makes a weaver.
     *
     * @param points knows the await points
     * @param keepAll whether to keep dead variables as well, for debuggers
     * @param warnings is told of methods that will run slowly
     */
    Weaver(AwaitPoints points, boolean keepAll, Consumer<String> warnings) {
        this.points = points;
        this.keepAll = keepAll;
        this.warnings = warnings;
    }

    /**
     * Rewrites a class.
     *
     * @param name what messages call it
     * @param classFile its bytes
     * @return the classes to write, by internal name: the class itself first, then its state classes; empty if it does not
     *     await
     * @throws WeaveException if the code cannot be rewritten
     */
    Map<String, byte[]> weave(String name, byte[] classFile) {
        ClassNode host = read(name, classFile);
        Normalizer normalizer = new Normalizer(points);
        Map<String, List<InvokeDynamicInsnNode>> lambdas = lambdas(host);
        List<MethodNode> awaiting = host.methods.stream()
                .filter(method -> awaits(method, normalizer) && !isUnused(method, lambdas))
                .toList();
        if (awaiting.isEmpty()) {
            return Map.of();
        }
        boolean isInterface = (host.access & Opcodes.ACC_INTERFACE) != 0;
        Map<String, byte[]> states = new LinkedHashMap<>();
        int number = 0;
        for (MethodNode method : awaiting) {
            int line = Code.firstLine(method);
            try {
                List<InvokeDynamicInsnNode> sites = lambdas.getOrDefault(method.name + method.desc, List.of());
                AsyncMethod.Kind kind = kind(host, method, sites, normalizer);
                normalizer.normalize(method);
                String state = host.name + "$" + baseName(method.name) + "$async" + ++number;
                AsyncMethod async = new AsyncMethod(host.name, isInterface, method, kind, state, keepAll);
                MethodNode resume = async.split();
                host.methods.add(resume);
                states.put(state, async.stateClass(host.version, host.sourceFile, resume));
                if (kind != AsyncMethod.Kind.FUTURE) {
                    sites.forEach(site -> retarget(site, kind, method));
                }
                checkSize(host, method, resume);
            } catch (WeaveException e) {
                throw e.line() > 0 ? e : new WeaveException(e.getMessage(), line);
            }
        }
        Map<String, byte[]> woven = new LinkedHashMap<>();
        woven.put(host.name, write(host));
        woven.putAll(states);
        return woven;
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

    private static byte[] write(ClassNode host) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        host.accept(writer);
        return writer.toByteArray();
    }

    private static boolean awaits(MethodNode method, Normalizer normalizer) {
        if (method.invisibleAnnotations != null
                && method.invisibleAnnotations.stream().anyMatch(a -> a.desc.equals(Names.AWAITS_DESC))) {
            return false; // an await point itself, for code that is not compiled
        }
        for (AbstractInsnNode insn : method.instructions) {
            if (normalizer.converter(insn) != null) {
                return true;
            }
        }
        return AwaitingLoops.isIn(method);
    }

    private static AsyncMethod.Kind kind(
            ClassNode host, MethodNode method, List<InvokeDynamicInsnNode> sites, Normalizer normalizer) {
        int line = 0;
        for (AbstractInsnNode insn : method.instructions) {
            if (normalizer.converter(insn) != null) {
                line = Code.line(insn);
                break;
            }
        }
        if (method.name.equals("<init>") || method.name.equals("<clinit>")) {
            throw new WeaveException(Texts.NOT_IN_CONSTRUCTOR, line);
        }
        if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            throw new WeaveException(Texts.IN_SYNCHRONIZED, line);
        }
        Set<String> types = new java.util.HashSet<>();
        sites.forEach(site -> types.add(Type.getReturnType(site.desc).getInternalName()));
        boolean block = types.contains(Names.BLOCK);
        boolean stream = types.contains(Names.STREAM_BLOCK);
        if ((block || stream) && types.size() > 1) {
            throw new WeaveException(Texts.SHAPE, line);
        }
        if (block || stream) {
            if (sites.stream().anyMatch(Weaver::isSerializable)) {
                throw new WeaveException(Texts.SERIALIZABLE, line);
            }
            return block ? AsyncMethod.Kind.BLOCK : AsyncMethod.Kind.STREAM;
        }
        String returned = Type.getReturnType(method.desc).getClassName();
        if (!Type.getReturnType(method.desc).getDescriptor().equals(Names.FUTURE_DESC)) {
            String code = method.name.startsWith("lambda$") ? "this lambda" : "'" + method.name + "'";
            throw new WeaveException(Texts.outside(code, returned.substring(returned.lastIndexOf('.') + 1)), line);
        }
        return AsyncMethod.Kind.FUTURE;
    }

    /** All uses of lambdas in a class, by the name and descriptor of the method that holds the code. */
    private static Map<String, List<InvokeDynamicInsnNode>> lambdas(ClassNode host) {
        Map<String, List<InvokeDynamicInsnNode>> lambdas = new HashMap<>();
        for (MethodNode method : host.methods) {
            for (AbstractInsnNode insn : method.instructions) {
                if (insn instanceof InvokeDynamicInsnNode site
                        && site.bsm.getOwner().equals("java/lang/invoke/LambdaMetafactory")
                        && site.bsmArgs[1] instanceof Handle code
                        && code.getOwner().equals(host.name)
                        && code.getName().startsWith("lambda$")) {
                    lambdas.computeIfAbsent(code.getName() + code.getDesc(), key -> new ArrayList<>())
                            .add(site);
                }
            }
        }
        return lambdas;
    }

    /** A lambda whose use javac left out, as in {@code if (DEBUG)} with a constant false; its body is still in the class. */
    private static boolean isUnused(MethodNode method, Map<String, List<InvokeDynamicInsnNode>> lambdas) {
        return (method.access & Opcodes.ACC_SYNTHETIC) != 0
                && method.name.startsWith("lambda$")
                && !lambdas.containsKey(method.name + method.desc);
    }

    private static boolean isSerializable(InvokeDynamicInsnNode site) {
        return site.bsm.getName().equals("altMetafactory")
                && site.bsmArgs[3] instanceof Integer flags
                && (flags & java.lang.invoke.LambdaMetafactory.FLAG_SERIALIZABLE) != 0;
    }

    /** Makes the use of a lambda create the sub-interface that starts the state machine. */
    private static void retarget(InvokeDynamicInsnNode site, AsyncMethod.Kind kind, MethodNode factory) {
        boolean block = kind == AsyncMethod.Kind.BLOCK;
        Handle code = (Handle) site.bsmArgs[1];
        Type start =
                Type.getMethodType(block ? "()" + Names.FUTURE_DESC : "(L" + Names.EMITTER + ";)" + Names.FUTURE_DESC);
        site.name = "start";
        site.desc = Type.getMethodDescriptor(
                Type.getObjectType(block ? Names.COMPILED_BLOCK : Names.COMPILED_STREAM_BLOCK),
                Type.getArgumentTypes(site.desc));
        site.bsmArgs[0] = start;
        site.bsmArgs[1] = new Handle(code.getTag(), code.getOwner(), code.getName(), factory.desc, code.isInterface());
        site.bsmArgs[2] = start;
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

    private void checkSize(ClassNode host, MethodNode method, MethodNode resume) {
        CodeSizeEvaluator size = new CodeSizeEvaluator(null);
        resume.accept(size);
        String name = host.name.replace('/', '.') + "." + baseName(method.name);
        if (size.getMinSize() > Short.MAX_VALUE) {
            throw new WeaveException(Texts.TOO_LARGE.formatted(name, size.getMinSize()), 0);
        }
        if (size.getMaxSize() > HUGE) {
            warnings.accept(Texts.HUGE.formatted(name, size.getMaxSize()));
        }
    }
}
