package pollux.compiler;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** Finds awaits that would be suspended with a monitor held: counts entered monitors along the control flow. */
final class Monitors {

    private Monitors() {}

    /** Refuses an await with a monitor held. */
    static void check(Code code, Set<AbstractInsnNode> awaits) {
        AbstractInsnNode held = find(code, awaits);
        if (held != null) {
            throw new WeaveException(Texts.IN_SYNCHRONIZED, Code.line(held));
        }
    }

    /** Finds an await with a monitor held; null if there is none. */
    static @Nullable AbstractInsnNode find(Code code, Set<AbstractInsnNode> awaits) {
        AbstractInsnNode[] nodes = code.method.instructions.toArray();
        if (Arrays.stream(nodes).noneMatch(node -> node.getOpcode() == Opcodes.MONITORENTER)) {
            return null;
        }
        Map<AbstractInsnNode, Integer> depths = new HashMap<>();
        ArrayDeque<AbstractInsnNode> work = new ArrayDeque<>();
        visit(nodes[0], 0, depths, work);
        while (!work.isEmpty()) {
            AbstractInsnNode node = work.pop();
            int depth = Objects.requireNonNull(depths.get(node));
            if (depth > 0 && awaits.contains(node)) {
                return node;
            }
            int after = depth
                    + (node.getOpcode() == Opcodes.MONITORENTER ? 1 : 0)
                    - (node.getOpcode() == Opcodes.MONITOREXIT ? 1 : 0);
            for (LabelNode target : Code.targets(node)) {
                visit(target, after, depths, work);
            }
            if ((node.getOpcode() < 0 || Code.fallsThrough(node)) && node.getNext() != null) {
                visit(node.getNext(), after, depths, work);
            }
            for (TryCatchBlockNode block : code.handlers(node)) {
                // javac covers the exit itself as well; the first way in, from inside the block, has the right depth
                visit(block.handler, depth, depths, work);
            }
        }
        return null;
    }

    private static void visit(
            AbstractInsnNode node,
            int depth,
            Map<AbstractInsnNode, Integer> depths,
            ArrayDeque<AbstractInsnNode> work) {
        if (depths.putIfAbsent(node, depth) == null) {
            work.add(node);
        }
    }
}
