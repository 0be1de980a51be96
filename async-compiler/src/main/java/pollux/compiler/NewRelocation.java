package pollux.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Moves the allocation in {@code new Foo(await(x))} behind the await: an object that is not initialised yet cannot be
 * kept in a field.
 *
 * <p>{@code NEW; DUP; arguments; <init>} becomes {@code NEW; POP; arguments; store them; NEW; DUP; load them; <init>}.
 * The first NEW stays for the order of class initialisation. All references to its object in between are removed: those
 * on the operand stack, and those in the local variables into which javac empties the stack before a switch expression
 * with a try in it.
 */
final class NewRelocation {

    private final String owner;
    private final MethodNode method;
    private final Map<LabelNode, TypeInsnNode> newOfLabel = new HashMap<>();

    private NewRelocation(String owner, MethodNode method) {
        this.owner = owner;
        this.method = method;
    }

    static void relocate(String owner, MethodNode method) {
        new NewRelocation(owner, method).relocate();
    }

    private void relocate() {
        labelAllocations();
        if (newOfLabel.isEmpty()) {
            return;
        }
        Map<AbstractInsnNode, SlotFrame> types = new Code(method).types(owner, NewRelocation::matters);
        Set<TypeInsnNode> moved = awaitedOver(types);
        if (moved.isEmpty()) {
            return;
        }
        for (AbstractInsnNode insn : method.instructions.toArray()) {
            SlotFrame frame = types.get(insn);
            if (frame == null) {
                continue;
            }
            if (insn.getOpcode() == Opcodes.INVOKESPECIAL) {
                initialise((MethodInsnNode) insn, frame, moved);
            } else if (!(insn instanceof AwaitInsn)) {
                dropReference(insn, frame, moved);
            }
        }
        moved.forEach(allocation -> method.instructions.insert(allocation, new InsnNode(Opcodes.POP)));
        stripFrames(moved);
    }

    /** The allocations whose objects are not initialised yet at some await. */
    private Set<TypeInsnNode> awaitedOver(Map<AbstractInsnNode, SlotFrame> types) {
        Set<TypeInsnNode> moved = new HashSet<>();
        types.forEach((insn, frame) -> {
            if (insn instanceof AwaitInsn) {
                Stream.concat(frame.locals().stream(), frame.stack().stream())
                        .map(this::allocation)
                        .filter(Objects::nonNull)
                        .forEach(moved::add);
            }
        });
        return moved;
    }

    /** Makes sure that every NEW is preceded by a label, and notes which labels those are. */
    private void labelAllocations() {
        for (AbstractInsnNode insn : method.instructions.toArray()) {
            if (insn.getOpcode() == Opcodes.NEW) {
                boolean labelled = false;
                for (AbstractInsnNode before = insn.getPrevious();
                        before != null && before.getOpcode() < 0;
                        before = before.getPrevious()) {
                    if (before instanceof LabelNode label) {
                        newOfLabel.put(label, (TypeInsnNode) insn);
                        labelled = true;
                    }
                }
                if (!labelled) {
                    LabelNode label = new LabelNode();
                    method.instructions.insertBefore(insn, label);
                    newOfLabel.put(label, (TypeInsnNode) insn);
                }
            }
        }
    }

    private @Nullable TypeInsnNode allocation(@Nullable Object type) {
        return type instanceof LabelNode label ? newOfLabel.get(label) : null;
    }

    /** Tells whether an instruction suspends, initialises an object, or moves a reference without looking at it. */
    private static boolean matters(AbstractInsnNode insn) {
        int opcode = insn.getOpcode();
        return insn instanceof AwaitInsn
                || opcode == Opcodes.INVOKESPECIAL && ((MethodInsnNode) insn).name.equals("<init>")
                || opcode >= Opcodes.POP && opcode <= Opcodes.SWAP
                || opcode == Opcodes.ASTORE
                || opcode == Opcodes.ALOAD;
    }

    /** Removes an instruction that copies or moves the reference to an object which is allocated later now. */
    private void dropReference(AbstractInsnNode insn, SlotFrame frame, Set<TypeInsnNode> moved) {
        if (insn.getOpcode() == Opcodes.ALOAD) {
            if (moved.contains(allocation(frame.local(((VarInsnNode) insn).var)))) {
                method.instructions.remove(insn);
            }
            return;
        }
        int depth = switch (insn.getOpcode()) {
            case Opcodes.POP, Opcodes.DUP, Opcodes.ASTORE -> 1;
            case Opcodes.POP2, Opcodes.DUP2, Opcodes.DUP_X1, Opcodes.SWAP -> 2;
            case Opcodes.DUP_X2, Opcodes.DUP2_X1 -> 3;
            default -> 4;
        };
        List<Object> stack = frame.stack();
        for (int slots = 0, i = stack.size() - 1; i >= 0 && slots < depth; i--) {
            slots += SlotFrame.isWide(stack.get(i)) ? 2 : 1;
            if (moved.contains(allocation(stack.get(i)))) {
                if (depth > 1) {
                    throw new WeaveException(Texts.SHAPE, Code.line(insn));
                }
                method.instructions.remove(insn);
            }
        }
    }

    /**
     * Puts the allocation before the call that initialises its object, with as many references as were waiting for it.
     */
    private void initialise(MethodInsnNode init, SlotFrame frame, Set<TypeInsnNode> moved) {
        Type[] arguments = Type.getArgumentTypes(init.desc);
        List<Object> stack = frame.stack();
        int receiver = stack.size() - 1 - arguments.length;
        TypeInsnNode allocation = allocation(stack.get(receiver));
        if (allocation == null || !moved.contains(allocation)) {
            return;
        }
        int copies = 1;
        while (copies <= receiver && allocation(stack.get(receiver - copies)) == allocation) {
            copies++;
        }
        List<AbstractInsnNode> loads = new ArrayList<>();
        InsnList code = new InsnList();
        for (int i = arguments.length - 1; i >= 0; i--) {
            int slot = method.maxLocals;
            method.maxLocals += arguments[i].getSize();
            code.add(new VarInsnNode(arguments[i].getOpcode(Opcodes.ISTORE), slot));
            loads.add(0, new VarInsnNode(arguments[i].getOpcode(Opcodes.ILOAD), slot));
        }
        code.add(new TypeInsnNode(Opcodes.NEW, allocation.desc));
        for (int i = 1; i < copies; i++) {
            code.add(new InsnNode(Opcodes.DUP));
        }
        loads.forEach(code::add);
        method.instructions.insertBefore(init, code);
    }

    private void stripFrames(Set<TypeInsnNode> moved) {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof FrameNode frame) {
                if (frame.stack != null) {
                    frame.stack = new ArrayList<>(frame.stack);
                    frame.stack.removeIf(type -> moved.contains(allocation(type)));
                }
                if (frame.local != null) {
                    frame.local = new ArrayList<>(frame.local);
                    frame.local.replaceAll(type -> moved.contains(allocation(type)) ? Opcodes.TOP : type);
                }
            }
        }
    }
}
