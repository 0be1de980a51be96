package pollux.compiler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The calls {@code await(f(args))} of async methods of the same class that no class can override: the code of both is
 * always compiled together. Such a call runs the code of f with the arguments, and no frame is made before it suspends.
 */
final class DirectCalls {

    /** The most slots that the parameters of a method take. */
    private static final int MOST_PARAMETERS = 255;

    /** A call that is awaited where it stands, and the method that takes its place. */
    record Target(MethodInsnNode call, String owner, String name, String descriptor) {

        /** Tells whether the answer may be a frame that waits. */
        boolean makesFrame() {
            return name.equals(StateClass.CALL);
        }
    }

    private final ClassNode host;
    private final Map<String, Callee> callees = new HashMap<>();
    private final Set<MethodNode> called = new HashSet<>();

    /** A method that may be called, and its state class. */
    private record Callee(MethodNode method, String state) {}

    /**
     * Knows the methods that may be called.
     *
     * @param host their class
     * @param states the methods that return futures and await, and the names of their state classes
     */
    DirectCalls(ClassNode host, Map<MethodNode, String> states) {
        this.host = host;
        states.forEach((method, state) -> callees.put(method.name + method.desc, new Callee(method, state)));
    }

    /** Tells whether a method is called directly from somewhere. */
    boolean isCalled(MethodNode method) {
        return called.contains(method);
    }

    /** Marks the calls in a method whose awaits have been brought into the one form. */
    void mark(MethodNode method) {
        Map<AbstractInsnNode, SlotFrame> types = null;
        for (AbstractInsnNode insn : method.instructions) {
            if (!(insn instanceof AwaitInsn await) || !(callBefore(method, await) instanceof MethodInsnNode call)) {
                continue;
            }
            await.direct = LibraryCalls.target(call);
            Callee callee = callees.get(call.name + call.desc);
            if (callee == null || !call.owner.equals(host.name) || !isKnown(call, callee.method)) {
                continue;
            }
            if (call.getOpcode() != Opcodes.INVOKESTATIC) {
                if (types == null) {
                    types = new Code(method).types(host.name, any -> true);
                }
                if (!isOnThis(method, call, types)) {
                    continue;
                }
            }
            await.direct = new Target(call, callee.state, StateClass.CALL, descriptor(host, callee.method));
            called.add(callee.method);
        }
    }

    /** Returns the descriptor of the method that begins a direct call. */
    static String descriptor(ClassNode host, MethodNode callee) {
        String self = (callee.access & Opcodes.ACC_STATIC) == 0 ? "L" + host.name + ";" : "";
        String arguments = callee.desc.substring(1, callee.desc.indexOf(')'));
        return "(" + self + arguments + "L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC;
    }

    /** Returns the instruction whose value is awaited at once; null if there are several. */
    private static @Nullable AbstractInsnNode callBefore(MethodNode method, AwaitInsn await) {
        AbstractInsnNode before = await.getPrevious();
        while (before instanceof LineNumberNode || before instanceof LabelNode label && !Code.isTarget(method, label)) {
            before = before.getPrevious();
        }
        return before;
    }

    /** Tells whether this call reaches this method, whatever classes there are. */
    private boolean isKnown(MethodInsnNode call, MethodNode callee) {
        boolean isStatic = (callee.access & Opcodes.ACC_STATIC) != 0;
        if (isStatic != (call.getOpcode() == Opcodes.INVOKESTATIC)) {
            return false;
        }
        boolean isFinal =
                ((host.access | callee.access) & Opcodes.ACC_FINAL) != 0 || (callee.access & Opcodes.ACC_PRIVATE) != 0;
        return (isStatic || isFinal) && hasRoom(callee);
    }

    /** Frame and context are two parameters more; a variable across the border to the other ones could not be moved. */
    private static boolean hasRoom(MethodNode callee) {
        int parameters = parameters(callee);
        if (parameters + 2 > MOST_PARAMETERS) {
            return false;
        }
        for (AbstractInsnNode insn : callee.instructions) {
            if (insn instanceof VarInsnNode variable
                    && variable.var == parameters - 1
                    && (variable.getOpcode() == Opcodes.LSTORE || variable.getOpcode() == Opcodes.DSTORE)) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many slots the parameters take, with the receiver. */
    static int parameters(MethodNode method) {
        int slots = Type.getArgumentsAndReturnSizes(method.desc) >> 2;
        return (method.access & Opcodes.ACC_STATIC) == 0 ? slots : slots - 1;
    }

    /**
     * Tells whether a call is one of {@code this}, which is not null: a direct call could not throw as the call does.
     * No jump may lead into its arguments, so that what stands before them is the receiver.
     */
    private boolean isOnThis(MethodNode method, MethodInsnNode call, Map<AbstractInsnNode, SlotFrame> types) {
        SlotFrame atCall = types.get(call);
        if (atCall == null || (method.access & Opcodes.ACC_STATIC) != 0) {
            return false;
        }
        int receiver = atCall.stack().size() - Type.getArgumentTypes(call.desc).length - 1;
        for (AbstractInsnNode insn = call.getPrevious(); insn != null; insn = insn.getPrevious()) {
            if (insn instanceof LabelNode label && Code.isTarget(method, label)) {
                return false;
            }
            if (insn.getOpcode() < 0) {
                continue;
            }
            SlotFrame before = types.get(insn);
            if (before == null || !Code.fallsThrough(insn)) {
                return false;
            }
            if (before.stack().size() <= receiver) {
                return before.stack().size() == receiver
                        && insn instanceof VarInsnNode variable
                        && variable.getOpcode() == Opcodes.ALOAD
                        && variable.var == 0
                        && !storesThis(method);
            }
        }
        return false;
    }

    private static boolean storesThis(MethodNode method) {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof VarInsnNode variable && variable.var == 0 && variable.getOpcode() >= Opcodes.ISTORE) {
                return true;
            }
        }
        return false;
    }
}
