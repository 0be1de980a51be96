package pollux.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Ends the ranges of local variables where a debugger would show something else than their value: behind an await that
 * does not keep them, until they are assigned again. Nothing reads them there, or they would be kept.
 */
final class LocalVariableRanges {

    private final Code code;
    private final MethodNode method;
    private final AbstractInsnNode[] nodes;
    /** By position: the slots whose value may have been lost; null where no flow comes by. */
    private final @Nullable BitSet[] lost;

    private final ArrayDeque<Integer> work = new ArrayDeque<>();

    private LocalVariableRanges(MethodNode method) {
        this.method = method;
        this.code = new Code(method);
        this.nodes = method.instructions.toArray();
        this.lost = new BitSet[nodes.length];
    }

    /** Cuts the ranges of a method whose awaits still stand where they stood. */
    static void cut(MethodNode method, Plan plan) {
        if (method.localVariables != null && !method.localVariables.isEmpty()) {
            LocalVariableRanges shown = new LocalVariableRanges(method);
            shown.follow(plan);
            List<LocalVariableNode> pieces = new ArrayList<>();
            method.localVariables.forEach(variable -> shown.cut(variable, plan, pieces));
            method.localVariables = pieces;
        }
    }

    private void follow(Plan plan) {
        reach(0, plan.entry.forgotten());
        while (!work.isEmpty()) {
            int at = work.pop();
            AbstractInsnNode node = nodes[at];
            BitSet after = (BitSet) Objects.requireNonNull(lost[at]).clone();
            after.or(plan.forgottenAt(node));
            for (TryCatchBlockNode block : node.getOpcode() < 0 ? List.<TryCatchBlockNode>of() : code.handlers(node)) {
                reach(code.position(block.handler), after);
            }
            if (node instanceof VarInsnNode variable && variable.getOpcode() >= Opcodes.ISTORE) {
                after.clear(variable.var);
            }
            for (LabelNode target : Code.targets(node)) {
                reach(code.position(target), after);
            }
            if (at + 1 < nodes.length && (node.getOpcode() < 0 || Code.fallsThrough(node))) {
                reach(at + 1, after);
            }
        }
    }

    private void reach(int at, BitSet slots) {
        BitSet known = lost[at];
        if (known == null) {
            lost[at] = (BitSet) slots.clone();
            work.push(at);
        } else {
            int before = known.cardinality();
            known.or(slots);
            if (known.cardinality() != before) {
                work.push(at);
            }
        }
    }

    private boolean isLost(int slot, AbstractInsnNode node, Plan plan) {
        BitSet before = lost[code.position(node)];
        return before != null && before.get(slot) || plan.forgottenAt(node).get(slot);
    }

    private void cut(LocalVariableNode variable, Plan plan, List<LocalVariableNode> pieces) {
        LabelNode start = variable.start;
        boolean empty = true;
        for (AbstractInsnNode node = variable.start; node != variable.end; node = node.getNext()) {
            if (node.getOpcode() < 0) {
                continue;
            }
            boolean shown = !isLost(variable.index, node, plan);
            if (shown && start == null) {
                start = labelBefore(node);
                empty = true;
            } else if (!shown && start != null) {
                if (!empty) {
                    pieces.add(piece(variable, start, labelBefore(node)));
                }
                start = null;
            }
            empty &= !shown;
        }
        if (start != null) {
            pieces.add(piece(variable, start, variable.end));
        }
    }

    private LabelNode labelBefore(AbstractInsnNode node) {
        LabelNode label = new LabelNode();
        method.instructions.insertBefore(node, label);
        return label;
    }

    private static LocalVariableNode piece(LocalVariableNode variable, LabelNode start, LabelNode end) {
        return new LocalVariableNode(variable.name, variable.desc, variable.signature, start, end, variable.index);
    }
}
