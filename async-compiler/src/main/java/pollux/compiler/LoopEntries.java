package pollux.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Enters the loops of a method at their headers, also when an await inside is resumed: control passes the headers of
 * all loops around the await, from the outermost inwards, instead of jumping to the await. So each loop keeps the
 * single entry that it has in the source. A loop with two entries is irreducible, and HotSpot keeps its variables in
 * memory across calls: a loop over calls of an async method took twice as long.
 *
 * <p>The test at the header costs something where inlining leaves no call in the loop. So only methods that call async
 * methods directly in a loop have it ({@link DirectCalls}); ADR 77 has the figures.
 *
 * <p>The loops are natural loops (Aho, Lam, Sethi, Ullman: Compilers, 9.6.6). A loop is left out if its header has
 * operands on the stack or an object that is not initialized yet: its awaits are resumed in its middle.
 */
final class LoopEntries {

    /** A loop: its header, and the positions of its code. */
    static final class Loop {

        /** Precedes the header on each way to it: tests whether an await inside is resumed. */
        final LabelNode entry = new LabelNode();

        /** Where its code begins. */
        final LabelNode header;

        /** The types at the header, in the source. */
        final SlotFrame frame;

        private final Set<LabelNode> labels = new HashSet<>();
        private final BitSet body = new BitSet();

        private Loop(LabelNode header, SlotFrame frame) {
            this.header = header;
            this.frame = frame;
        }
    }

    private final Set<AbstractInsnNode> awaits;
    private final Code code;
    private final AbstractInsnNode[] nodes;
    private final Map<AbstractInsnNode, List<Loop>> around = new HashMap<>();
    private final List<Loop> loops = new ArrayList<>();

    private LoopEntries(MethodNode method, Set<AbstractInsnNode> awaits) {
        this.awaits = awaits;
        this.code = new Code(method);
        this.nodes = method.instructions.toArray();
    }

    /** Finds the loops around these awaits of a method, which still stand where they stood. */
    static LoopEntries around(MethodNode method, Set<AbstractInsnNode> awaits) {
        LoopEntries loops = new LoopEntries(method, awaits);
        loops.find();
        return loops;
    }

    boolean isEmpty() {
        return loops.isEmpty();
    }

    /** Returns the loops around an await, the outermost first; none if it is not resumed through them. */
    List<Loop> around(AbstractInsnNode await) {
        return around.getOrDefault(await, List.of());
    }

    Collection<Loop> all() {
        return loops;
    }

    private void find() {
        Map<Integer, List<Integer>> jumpsBack = new TreeMap<>();
        code.edges((from, to) -> {
            if (code.position(to) <= code.position(from)) {
                int header = code.position(Objects.requireNonNull(Code.real(to)));
                jumpsBack.computeIfAbsent(header, key -> new ArrayList<>()).add(code.position(from));
            }
        });
        if (jumpsBack.isEmpty()) {
            return;
        }
        List<List<Integer>> before = before();
        jumpsBack.forEach((header, jumps) -> {
            Loop loop = loopAt(header);
            if (loop != null && fill(loop, header, jumps, before)) {
                add(loop);
            }
        });
        // for tests: true makes all methods with loops resume through the headers
        if (around.keySet().stream().noneMatch(LoopEntries::isCall) && !Boolean.getBoolean("pollux.loops")) {
            around.clear();
            loops.clear();
            return;
        }
        around.values().forEach(list -> list.sort(Comparator.comparingInt(loop -> -loop.body.cardinality())));
    }

    private static boolean isCall(AbstractInsnNode insn) {
        return insn instanceof AwaitInsn await && await.direct != null && await.direct.makesFrame();
    }

    /**
     * Tells whether the code from the header of a loop to the place of a turn leads to that place again if it is done
     * once more: it reads variables and constants only, and changes nothing.
     *
     * @param constants the fields of the class that are static and final
     */
    boolean leadsAgain(Loop loop, AbstractInsnNode turn, Set<String> constants) {
        AbstractInsnNode insn = turn;
        while (!(insn instanceof TurnInsn)) {
            insn = insn.getPrevious();
        }
        for (insn = insn.getPrevious(); insn != null; insn = insn.getPrevious()) {
            if (insn instanceof LabelNode label) {
                if (loop.labels.contains(label)) {
                    return true;
                } else if (Code.isTarget(code.method, label)) {
                    return false;
                }
            } else if (insn.getOpcode() >= 0
                    && !Code.isPure(insn)
                    && !(insn instanceof JumpInsnNode && Code.fallsThrough(insn))
                    && !(insn instanceof FieldInsnNode field
                            && field.getOpcode() == Opcodes.GETSTATIC
                            && constants.contains(field.owner + '.' + field.name + field.desc))) {
                return false;
            }
        }
        return false;
    }

    /** Returns the positions from which control may come to each position. */
    private List<List<Integer>> before() {
        List<List<Integer>> before = new ArrayList<>();
        for (int i = 0; i < nodes.length; i++) {
            before.add(new ArrayList<>());
        }
        for (int i = 0; i < nodes.length - 1; i++) {
            if (nodes[i].getOpcode() < 0) {
                before.get(i + 1).add(i);
            }
        }
        code.edges((from, to) -> before.get(code.position(to)).add(code.position(from)));
        for (TryCatchBlockNode block : code.method.tryCatchBlocks) {
            List<Integer> thrown = before.get(code.position(block.handler));
            for (int i = code.position(block.start); i < code.position(block.end); i++) {
                if (nodes[i].getOpcode() >= 0) {
                    thrown.add(i);
                }
            }
        }
        return before;
    }

    private @Nullable Loop loopAt(int header) {
        FrameNode declared = null;
        List<LabelNode> labels = new ArrayList<>();
        for (int i = header - 1; i >= 0 && nodes[i].getOpcode() < 0; i--) {
            if (nodes[i] instanceof LabelNode label) {
                labels.add(label);
            } else if (nodes[i] instanceof FrameNode frame) {
                declared = frame;
            }
        }
        if (declared == null) {
            return null;
        }
        SlotFrame frame = SlotFrame.of(declared);
        if (!frame.isPlain() || !frame.stack().isEmpty()) {
            return null;
        }
        Loop loop = new Loop(labels.get(0), frame);
        loop.labels.addAll(labels);
        return loop;
    }

    /** Collects what can get back to the header; false if some of it can be reached without the header. */
    private static boolean fill(Loop loop, int header, List<Integer> jumps, List<List<Integer>> before) {
        BitSet body = loop.body;
        body.set(header);
        ArrayDeque<Integer> open = new ArrayDeque<>(jumps);
        while (!open.isEmpty()) {
            int at = open.pop();
            if (body.get(at)) {
                continue;
            }
            body.set(at);
            if (at == 0) {
                return false;
            }
            open.addAll(before.get(at));
        }
        return true;
    }

    private void add(Loop loop) {
        boolean isUsed = false;
        for (int i = loop.body.nextSetBit(0); i >= 0; i = loop.body.nextSetBit(i + 1)) {
            if (awaits.contains(nodes[i])) {
                around.computeIfAbsent(nodes[i], key -> new ArrayList<>()).add(loop);
                isUsed = true;
            }
        }
        if (isUsed) {
            loops.add(loop);
        }
    }

    /** Makes all ways to the headers lead through the entries. No exception handler is a header: it has an operand. */
    void redirect(MethodNode method) {
        for (Loop loop : loops) {
            AbstractInsnNode first = loop.header;
            while (first.getPrevious() != null && first.getPrevious().getOpcode() < 0) {
                first = first.getPrevious();
            }
            AbstractInsnNode previous = first.getPrevious();
            if (previous == null || Code.fallsThrough(previous)) {
                InsnList jump = new InsnList();
                jump.add(new JumpInsnNode(Opcodes.GOTO, loop.entry));
                method.instructions.insertBefore(first, jump);
            }
            for (AbstractInsnNode insn : method.instructions) {
                loop.labels.forEach(label -> Code.retarget(insn, label, loop.entry));
            }
        }
    }
}
