package pollux.compiler;

import java.util.BitSet;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Which local variables may still be read from a place on; only those are kept while the code is suspended, so that a
 * suspended task holds on to nothing it does not need. A backward data flow: inside a protected range, what the handler
 * reads is live too.
 */
final class Liveness {

    private final Code code;
    private final BitSet[] liveIn;

    Liveness(Code code) {
        this.code = code;
        this.liveIn = new BitSet[code.size()];
        solve();
    }

    /**
     * Returns the slots that are live before an instruction or label; the first slot of a long or double stands for
     * both.
     */
    BitSet before(AbstractInsnNode node) {
        return liveIn[code.position(node)];
    }

    private void solve() {
        AbstractInsnNode[] nodes = code.method.instructions.toArray();
        for (int i = 0; i < nodes.length; i++) {
            liveIn[i] = new BitSet();
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = nodes.length - 1; i >= 0; i--) {
                changed |= visit(i, nodes[i]);
            }
        }
    }

    private boolean visit(int at, AbstractInsnNode node) {
        BitSet live = new BitSet();
        if (node.getOpcode() < 0 || Code.fallsThrough(node)) {
            if (at + 1 < liveIn.length) {
                live.or(liveIn[at + 1]);
            }
        }
        for (LabelNode target : Code.targets(node)) {
            live.or(liveIn[code.position(target)]);
        }
        if (node instanceof VarInsnNode variable) {
            if (variable.getOpcode() >= Opcodes.ISTORE && variable.getOpcode() <= Opcodes.ASTORE) {
                live.clear(variable.var);
            } else {
                live.set(variable.var);
            }
        } else if (node instanceof IincInsnNode increment) {
            live.set(increment.var);
        }
        if (node.getOpcode() >= 0) {
            List<TryCatchBlockNode> blocks = code.method.tryCatchBlocks;
            for (TryCatchBlockNode block : blocks) {
                if (code.position(block.start) < at && at < code.position(block.end)) {
                    live.or(liveIn[code.position(block.handler)]);
                }
            }
        }
        if (live.equals(liveIn[at])) {
            return false;
        }
        liveIn[at] = live;
        return true;
    }
}
