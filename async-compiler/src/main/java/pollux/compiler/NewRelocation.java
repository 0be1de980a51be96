package pollux.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Moves the allocation in {@code new Foo(await(x))} behind the await: an object that is not initialised yet cannot be kept
 * in a field.
 *
 * <p>{@code NEW; DUP; arguments; <init>} becomes {@code NEW; POP; arguments; store them; NEW; DUP; load them; <init>}. The
 * first NEW stays for the order of class initialisation.
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
        Map<AbstractInsnNode, SlotFrame> types =
                new Code(method).types(owner, insn -> insn instanceof AwaitInsn || isInit(insn) || touches(insn));
        Map<TypeInsnNode, Integer> moved = new LinkedHashMap<>();
        types.forEach((insn, frame) -> {
            if (insn instanceof AwaitInsn) {
                if (frame.locals().stream().anyMatch(type -> allocation(type) != null)) {
                    throw new WeaveException(Texts.SHAPE, Code.line(insn));
                }
                frame.stack().forEach(entry -> {
                    TypeInsnNode allocation = allocation(entry);
                    if (allocation != null) {
                        moved.put(allocation, 0);
                    }
                });
            }
        });
        if (moved.isEmpty()) {
            return;
        }
        moved.replaceAll((allocation, copies) -> copies(allocation));
        Map<MethodInsnNode, TypeInsnNode> inits = new LinkedHashMap<>();
        for (AbstractInsnNode insn : method.instructions) {
            SlotFrame frame = types.get(insn);
            if (frame == null) {
                continue;
            }
            if (isInit(insn)) {
                MethodInsnNode init = (MethodInsnNode) insn;
                int receiver = frame.stack().size() - 1 - Type.getArgumentTypes(init.desc).length;
                TypeInsnNode allocation = allocation(frame.stack().get(receiver));
                if (allocation != null && moved.containsKey(allocation)) {
                    inits.put(init, allocation);
                }
            } else if (touches(insn)) {
                checkUntouched(insn, frame, moved);
            }
        }
        if (!Set.copyOf(inits.values()).equals(moved.keySet())) {
            throw new WeaveException(
                    Texts.SHAPE, Code.line(moved.keySet().iterator().next()));
        }
        moved.forEach(this::dropAllocation);
        inits.forEach((init, allocation) -> allocateBefore(init, allocation, moved.get(allocation)));
        stripFrames(moved.keySet());
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

    private @Nullable TypeInsnNode allocation(Object type) {
        return type instanceof LabelNode label ? newOfLabel.get(label) : null;
    }

    private static boolean isInit(AbstractInsnNode insn) {
        return insn.getOpcode() == Opcodes.INVOKESPECIAL && ((MethodInsnNode) insn).name.equals("<init>");
    }

    /** Tells whether an instruction may move entries of the stack that it does not use up. */
    private static boolean touches(AbstractInsnNode insn) {
        return insn.getOpcode() >= Opcodes.POP && insn.getOpcode() <= Opcodes.SWAP
                || insn.getOpcode() == Opcodes.ASTORE;
    }

    /** How many references to the new object wait on the stack: two as a rule, one if its value is not used (ecj). */
    private static int copies(TypeInsnNode allocation) {
        AbstractInsnNode next = Code.real(allocation.getNext());
        return next != null && next.getOpcode() == Opcodes.DUP ? 2 : 1;
    }

    /**
     * The stack below the arguments may not be touched by anything but the DUP that belongs to the NEW. javac does so for a
     * switch expression with a try in it, before which it empties the stack into local variables.
     */
    private void checkUntouched(AbstractInsnNode insn, SlotFrame frame, Map<TypeInsnNode, Integer> moved) {
        int depth = switch (insn.getOpcode()) {
            case Opcodes.POP, Opcodes.DUP, Opcodes.ASTORE -> 1;
            case Opcodes.POP2, Opcodes.DUP2, Opcodes.DUP_X1, Opcodes.SWAP -> 2;
            case Opcodes.DUP_X2, Opcodes.DUP2_X1 -> 3;
            default -> 4;
        };
        List<Object> stack = frame.stack();
        for (int slots = 0, i = stack.size() - 1; i >= 0 && slots < depth; i--) {
            slots += SlotFrame.isWide(stack.get(i)) ? 2 : 1;
            TypeInsnNode allocation = allocation(stack.get(i));
            if (allocation != null && moved.containsKey(allocation) && Code.real(allocation.getNext()) != insn) {
                throw new WeaveException(Texts.SHAPE, Code.line(insn));
            }
        }
    }

    private void dropAllocation(TypeInsnNode allocation, int copies) {
        if (copies == 2) {
            method.instructions.remove(Code.real(allocation.getNext()));
        }
        method.instructions.insert(allocation, new InsnNode(Opcodes.POP));
    }

    private void allocateBefore(MethodInsnNode init, TypeInsnNode allocation, int copies) {
        Type[] arguments = Type.getArgumentTypes(init.desc);
        List<AbstractInsnNode> loads = new ArrayList<>();
        InsnList code = new InsnList();
        for (int i = arguments.length - 1; i >= 0; i--) {
            int slot = method.maxLocals;
            method.maxLocals += arguments[i].getSize();
            code.add(new VarInsnNode(arguments[i].getOpcode(Opcodes.ISTORE), slot));
            loads.add(0, new VarInsnNode(arguments[i].getOpcode(Opcodes.ILOAD), slot));
        }
        code.add(new TypeInsnNode(Opcodes.NEW, allocation.desc));
        if (copies == 2) {
            code.add(new InsnNode(Opcodes.DUP));
        }
        loads.forEach(code::add);
        method.instructions.insertBefore(init, code);
    }

    private void stripFrames(Set<TypeInsnNode> moved) {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof FrameNode frame && frame.stack != null) {
                List<Object> stack = new ArrayList<>(frame.stack);
                if (stack.removeIf(type -> moved.contains(allocation(type)))) {
                    frame.stack = stack;
                }
            }
        }
    }
}
