package pollux.compiler;

import java.lang.invoke.LambdaMetafactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** The lambdas of a class: which method holds the code of which, and where each is created. */
final class Lambdas {

    private final Map<String, List<InvokeDynamicInsnNode>> sites = new HashMap<>();

    Lambdas(ClassNode host) {
        for (MethodNode method : host.methods) {
            for (AbstractInsnNode insn : method.instructions) {
                if (insn instanceof InvokeDynamicInsnNode site
                        && site.bsm.getOwner().equals("java/lang/invoke/LambdaMetafactory")
                        && site.bsmArgs[1] instanceof Handle code
                        && code.getOwner().equals(host.name)
                        && code.getName().startsWith("lambda$")) {
                    sites.computeIfAbsent(code.getName() + code.getDesc(), key -> new ArrayList<>())
                            .add(site);
                }
            }
        }
    }

    /** Returns where the lambda is created whose code a method holds; empty if it is no lambda. */
    List<InvokeDynamicInsnNode> sites(MethodNode method) {
        return sites.getOrDefault(method.name + method.desc, List.of());
    }

    /**
     * A lambda whose use javac left out, as in {@code if (DEBUG)} with a constant false; its body is still in the
     * class.
     */
    boolean isUnused(MethodNode method) {
        return (method.access & Opcodes.ACC_SYNTHETIC) != 0
                && method.name.startsWith("lambda$")
                && sites(method).isEmpty();
    }

    /**
     * Gives the blocks among the lambdas that share a method a copy of it, since theirs will return something else.
     * Where it writes no line numbers, javac makes one method of all lambdas that look alike.
     *
     * @return the methods and the copies, which the class has got too
     */
    List<MethodNode> separate(ClassNode host, List<MethodNode> methods) {
        List<MethodNode> separate = new ArrayList<>();
        for (MethodNode method : methods) {
            separate.add(method);
            List<InvokeDynamicInsnNode> blocks = new ArrayList<>(sites(method));
            if (blocks.removeIf(site -> kind(site) == AsyncMethod.Kind.FUTURE) && !blocks.isEmpty()) {
                MethodNode copy = copyForBlocks(method);
                host.methods.add(copy);
                separate.add(copy);
                sites(method).removeAll(blocks);
                sites.put(copy.name + copy.desc, blocks);
            }
        }
        return separate;
    }

    private static MethodNode copyForBlocks(MethodNode method) {
        int number = method.name.lastIndexOf('$') + 1;
        String name = method.name.substring(0, number) + "block-" + method.name.substring(number);
        MethodNode copy = new MethodNode(Opcodes.ASM9, method.access, name, method.desc, method.signature, null);
        copy.exceptions = method.exceptions;
        method.accept(copy);
        return copy;
    }

    /** What the method behind a lambda is compiled to. */
    static AsyncMethod.Kind kind(InvokeDynamicInsnNode site) {
        return switch (Type.getReturnType(site.desc).getInternalName()) {
            case Names.BLOCK, Names.LOWER_BLOCK -> AsyncMethod.Kind.BLOCK;
            case Names.STREAM_BLOCK -> AsyncMethod.Kind.STREAM;
            default -> AsyncMethod.Kind.FUTURE;
        };
    }

    static boolean isSerializable(InvokeDynamicInsnNode site) {
        return site.bsm.getName().equals("altMetafactory")
                && site.bsmArgs[3] instanceof Integer flags
                && (flags & LambdaMetafactory.FLAG_SERIALIZABLE) != 0;
    }

    /** Makes the place where a block is created create the sub-interface that starts the state machine. */
    static void retarget(InvokeDynamicInsnNode site, AsyncMethod.Kind kind, MethodNode factory) {
        boolean block = kind == AsyncMethod.Kind.BLOCK;
        Handle code = (Handle) site.bsmArgs[1];
        Type start =
                Type.getMethodType(block ? "()" + Names.FUTURE_DESC : "(L" + Names.EMITTER + ";)" + Names.FUTURE_DESC);
        site.name = "start";
        site.desc = Type.getMethodDescriptor(
                Type.getObjectType(block ? Names.COMPILED_BLOCK : Names.COMPILED_STREAM_BLOCK),
                Type.getArgumentTypes(site.desc));
        site.bsmArgs[0] = start;
        site.bsmArgs[1] = new Handle(code.getTag(), code.getOwner(), factory.name, factory.desc, code.isInterface());
        site.bsmArgs[2] = start;
    }
}
