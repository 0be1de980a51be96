package pollux.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.AnalyzerAdapter;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** Questions about the code of a method: order, flow, verification types. A snapshot; ask a new one after a change. */
final class Code {

    final MethodNode method;
    private final Map<AbstractInsnNode, Integer> positions = new HashMap<>();

    /** The instructions that may come right after each one; null as long as none has asked for them. */
    private @Nullable Map<AbstractInsnNode, List<AbstractInsnNode>> after;

    Code(MethodNode method) {
        this.method = method;
        int i = 0;
        for (AbstractInsnNode insn : method.instructions) {
            positions.put(insn, i++);
        }
    }

    int position(AbstractInsnNode insn) {
        return Objects.requireNonNull(positions.get(insn));
    }

    int size() {
        return positions.size();
    }

    /** Returns the first node at or after this one that is an instruction; null at the end of the code. */
    static @Nullable AbstractInsnNode real(@Nullable AbstractInsnNode node) {
        while (node != null && node.getOpcode() < 0) {
            node = node.getNext();
        }
        return node;
    }

    /** Returns the instruction right before this node, where no other way leads in between; null if there is none. */
    static @Nullable AbstractInsnNode before(MethodNode method, AbstractInsnNode node) {
        AbstractInsnNode before = node.getPrevious();
        while (before instanceof LineNumberNode || before instanceof LabelNode label && !isTarget(method, label)) {
            before = before.getPrevious();
        }
        return before;
    }

    /** Returns the frame that the class file declares at a place, null if there is none before its instruction. */
    static @Nullable FrameNode frameAt(@Nullable AbstractInsnNode node) {
        for (; node != null && node.getOpcode() < 0; node = node.getNext()) {
            if (node instanceof FrameNode frame) {
                return frame;
            }
        }
        return null;
    }

    /** Returns the source line of an instruction, 0 if it is not known. */
    static int line(@Nullable AbstractInsnNode node) {
        for (; node != null; node = node.getPrevious()) {
            if (node instanceof LineNumberNode number) {
                return number.line;
            }
        }
        return 0;
    }

    /** Returns the first source line of a method, 0 if it is not known. */
    static int firstLine(MethodNode method) {
        for (AbstractInsnNode node : method.instructions) {
            if (node instanceof LineNumberNode number) {
                return number.line;
            }
        }
        return 0;
    }

    static boolean isReturn(AbstractInsnNode insn) {
        return insn.getOpcode() >= Opcodes.IRETURN && insn.getOpcode() <= Opcodes.RETURN;
    }

    /** Tells whether control may go on with the next instruction. */
    static boolean fallsThrough(AbstractInsnNode insn) {
        return switch (insn.getOpcode()) {
            case Opcodes.GOTO, Opcodes.ATHROW, Opcodes.TABLESWITCH, Opcodes.LOOKUPSWITCH -> false;
            default -> !isReturn(insn);
        };
    }

    /** Tells whether an instruction makes operands out of variables, constants and operands, and does nothing else. */
    static boolean isPure(AbstractInsnNode insn) {
        int opcode = insn.getOpcode();
        return switch (opcode) {
            case Opcodes.IDIV, Opcodes.LDIV, Opcodes.IREM, Opcodes.LREM -> false;
            case Opcodes.LDC ->
                !(((LdcInsnNode) insn).cst instanceof Type)
                        && !(((LdcInsnNode) insn).cst instanceof Handle)
                        && !(((LdcInsnNode) insn).cst instanceof ConstantDynamic);
            default ->
                opcode >= Opcodes.NOP && opcode <= Opcodes.ALOAD
                        || opcode >= Opcodes.POP && opcode <= Opcodes.LXOR
                        || opcode >= Opcodes.I2L && opcode <= Opcodes.DCMPG;
        };
    }

    /** Returns the labels that an instruction may jump to. */
    static List<LabelNode> targets(AbstractInsnNode insn) {
        List<LabelNode> targets = new ArrayList<>();
        if (insn instanceof JumpInsnNode jump) {
            targets.add(jump.label);
        } else if (insn instanceof TableSwitchInsnNode table) {
            targets.addAll(table.labels);
            targets.add(table.dflt);
        } else if (insn instanceof LookupSwitchInsnNode lookup) {
            targets.addAll(lookup.labels);
            targets.add(lookup.dflt);
        }
        return targets;
    }

    /** Makes an instruction that may jump to a label jump to another one instead. */
    static void retarget(AbstractInsnNode insn, LabelNode from, LabelNode to) {
        if (insn instanceof JumpInsnNode jump) {
            jump.label = jump.label == from ? to : jump.label;
        } else if (insn instanceof TableSwitchInsnNode table) {
            table.labels.replaceAll(label -> label == from ? to : label);
            table.dflt = table.dflt == from ? to : table.dflt;
        } else if (insn instanceof LookupSwitchInsnNode lookup) {
            lookup.labels.replaceAll(label -> label == from ? to : label);
            lookup.dflt = lookup.dflt == from ? to : lookup.dflt;
        }
    }

    /** Tells whether a label is jumped to, or begins an exception handler. */
    static boolean isTarget(MethodNode method, LabelNode label) {
        for (AbstractInsnNode insn : method.instructions) {
            if (targets(insn).contains(label)) {
                return true;
            }
        }
        return method.tryCatchBlocks.stream().anyMatch(block -> block.handler == label);
    }

    boolean covers(TryCatchBlockNode block, AbstractInsnNode insn) {
        int at = position(insn);
        return position(block.start) < at && at < position(block.end);
    }

    /** Returns the exception table entries around an instruction, the first that applies first. */
    List<TryCatchBlockNode> handlers(AbstractInsnNode insn) {
        List<TryCatchBlockNode> covering = new ArrayList<>();
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            if (covers(block, insn)) {
                covering.add(block);
            }
        }
        return covering;
    }

    /**
     * Computes the verification types before instructions, from the frames of the class file and the instructions after
     * them: no class is loaded for it. Unreachable instructions are left out. Entries of uninitialised objects are the
     * labels before their NEW, or labels that are not in the code if it has none.
     */
    Map<AbstractInsnNode, SlotFrame> types(String owner, Predicate<AbstractInsnNode> wanted) {
        Map<AbstractInsnNode, SlotFrame> types = new HashMap<>();
        Map<Label, LabelNode> nodes = new HashMap<>();
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof LabelNode node) {
                nodes.put(node.getLabel(), node);
            }
        }
        Types analyzer = new Types(owner, method);
        for (AbstractInsnNode insn : method.instructions) {
            if (insn.getOpcode() >= 0 && analyzer.locals != null && wanted.test(insn)) {
                types.put(insn, SlotFrame.ofSlots(withNodes(analyzer.locals, nodes), withNodes(analyzer.stack, nodes)));
            }
            insn.accept(analyzer);
        }
        return types;
    }

    private static List<Object> withNodes(List<Object> types, Map<Label, LabelNode> nodes) {
        List<Object> mapped = new ArrayList<>(types.size());
        for (Object type : types) {
            mapped.add(type instanceof Label label && nodes.containsKey(label) ? nodes.get(label) : type);
        }
        return mapped;
    }

    /** Calls back for each pair of an instruction and one that may come right after it; exceptions are not followed. */
    void edges(BiConsumer<AbstractInsnNode, AbstractInsnNode> edge) {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn.getOpcode() < 0) {
                continue;
            }
            for (LabelNode target : targets(insn)) {
                edge.accept(insn, target);
            }
            if (fallsThrough(insn) && insn.getNext() != null) {
                edge.accept(insn, insn.getNext());
            }
        }
    }

    /** Tells whether control may come back to an instruction, also by way of an exception. */
    boolean isInCycle(AbstractInsnNode insn) {
        Map<AbstractInsnNode, List<AbstractInsnNode>> after = after();
        Set<AbstractInsnNode> seen = new HashSet<>();
        ArrayDeque<AbstractInsnNode> open = new ArrayDeque<>(after.getOrDefault(insn, List.of()));
        while (!open.isEmpty()) {
            AbstractInsnNode at = open.pop();
            if (at == insn) {
                return true;
            }
            if (seen.add(at)) {
                open.addAll(after.getOrDefault(at, List.of()));
            }
        }
        return false;
    }

    private Map<AbstractInsnNode, List<AbstractInsnNode>> after() {
        Map<AbstractInsnNode, List<AbstractInsnNode>> known = after;
        if (known == null) {
            Map<AbstractInsnNode, List<AbstractInsnNode>> found = new HashMap<>();
            edges((from, to) -> add(found, from, to));
            for (TryCatchBlockNode block : method.tryCatchBlocks) {
                for (AbstractInsnNode at = block.start; at != block.end; at = at.getNext()) {
                    add(found, at, block.handler);
                }
            }
            known = found;
            after = found;
        }
        return known;
    }

    private static void add(
            Map<AbstractInsnNode, List<AbstractInsnNode>> after, AbstractInsnNode from, AbstractInsnNode to) {
        AbstractInsnNode next = real(to);
        if (next != null) {
            after.computeIfAbsent(from, key -> new ArrayList<>()).add(next);
        }
    }

    // ------------------------------------------------------------------ instructions to emit

    /** Appends the push of an int constant. */
    static void push(InsnList code, int value) {
        if (value >= -1 && value <= 5) {
            code.add(new InsnNode(Opcodes.ICONST_0 + value));
        } else if (value >= Byte.MIN_VALUE && value <= Byte.MAX_VALUE) {
            code.add(new org.objectweb.asm.tree.IntInsnNode(Opcodes.BIPUSH, value));
        } else if (value >= Short.MIN_VALUE && value <= Short.MAX_VALUE) {
            code.add(new org.objectweb.asm.tree.IntInsnNode(Opcodes.SIPUSH, value));
        } else {
            code.add(new LdcInsnNode(value));
        }
    }

    /** Returns the type whose load, store and return instructions move a value of this verification type. */
    static Type carrier(Object verificationType) {
        String descriptor = SlotFrame.descriptor(verificationType);
        return descriptor == null ? Type.getObjectType(Names.OBJECT) : Type.getType(descriptor);
    }

    /** ASM's streaming analyzer, opened: it is fed one instruction at a time and read in between. */
    private static final class Types extends AnalyzerAdapter {

        Types(String owner, MethodNode method) {
            super(Opcodes.ASM9, owner, method.access, method.name, method.desc, null);
        }
    }
}
