package pollux.compiler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * What is known of a method before its code is changed: its awaits, in the order of their labels, and what each keeps.
 */
final class Plan {

    /** Of more awaits in loops none polls first: it takes a third more code. */
    private static final int MOST_POLLED_FIRST = 32;

    /** What is kept from the call of the method to its first poll: the arguments. */
    final Suspension entry;

    final List<Suspension> suspensions;

    /** The awaits that share code. */
    final List<SharedSlots> groups;

    /** The loops through which awaits are resumed. */
    final LoopEntries loops;

    private final Map<AbstractInsnNode, SlotFrame> types;

    private final Map<AbstractInsnNode, Suspension> suspensionOf = new HashMap<>();

    private Plan(
            Suspension entry,
            List<Suspension> suspensions,
            List<SharedSlots> groups,
            LoopEntries loops,
            Map<AbstractInsnNode, SlotFrame> types) {
        this.entry = entry;
        this.suspensions = suspensions;
        this.groups = groups;
        this.loops = loops;
        suspensions.forEach(suspension -> suspensionOf.put(suspension.insn, suspension));
        this.types = types;
    }

    /** Returns the slots whose value an instruction forgets: if it is an await, those that it does not keep. */
    BitSet forgottenAt(AbstractInsnNode insn) {
        Suspension suspension = suspensionOf.get(insn);
        return suspension == null ? new BitSet() : suspension.forgotten();
    }

    /** Returns the types before a return of a future; null if it cannot be reached. */
    @Nullable
    SlotFrame atReturn(AbstractInsnNode insn) {
        return types.get(insn);
    }

    /**
     * Plans a method.
     *
     * @param owner its class
     * @param method the method; its loops and allocations have been brought into shape
     * @param kind what its returns become
     * @param first the first slot that has to be restored
     * @param state gets a field for each value that is kept
     * @param keepAll whether to keep what is not read again, too
     * @param constants the fields of its class that are static and final: owner, name and type
     * @throws WeaveException if it awaits where it cannot be suspended
     */
    static Plan of(
            String owner,
            MethodNode method,
            AsyncMethod.Kind kind,
            int first,
            StateClass state,
            boolean keepAll,
            Set<String> constants) {
        checkHandlers(method);
        Code code = new Code(method);
        Predicate<AbstractInsnNode> wanted = insn ->
                insn instanceof AwaitInsn || kind == AsyncMethod.Kind.FUTURE && insn.getOpcode() == Opcodes.ARETURN;
        Map<AbstractInsnNode, SlotFrame> types = code.types(owner, wanted);
        Set<AbstractInsnNode> awaits = new HashSet<>();
        types.keySet().stream().filter(insn -> insn instanceof AwaitInsn).forEach(awaits::add);
        Monitors.check(code, awaits);
        Liveness liveness = new Liveness(code);

        AbstractInsnNode begin = method.instructions.getFirst();
        Suspension entry = new Suspension(
                begin,
                SlotFrame.ofParameters(owner, method).push(Names.FUTURE), // in place of the operand that awaits have
                keepAll ? all() : liveness.before(begin),
                first,
                false,
                false,
                Code.firstLine(method));
        List<Suspension> unguarded = new ArrayList<>();
        List<Suspension> ordered = new ArrayList<>();
        for (AbstractInsnNode insn : method.instructions) {
            SlotFrame before = types.get(insn);
            if (before != null && awaits.contains(insn)) {
                boolean guarded = !code.handlers(insn).isEmpty();
                Suspension suspension = new Suspension(
                        insn,
                        before,
                        keepAll ? all() : liveness.before(insn),
                        first,
                        guarded,
                        code.isInCycle(insn),
                        Code.line(insn));
                (guarded ? ordered : unguarded).add(suspension);
            }
        }
        ordered.addAll(unguarded);
        for (int i = 0; i < ordered.size(); i++) {
            ordered.get(i).label = i + 1;
        }
        List<SharedSlots> groups = SharedSlots.assign(ordered, state);
        entry.assignArguments(state, first > 0, new Castable(owner, method)::test);
        List<Suspension> inLoops = ordered.stream()
                .filter(suspension -> suspension.isInLoop() && suspension.shared() == null)
                .toList();
        if (inLoops.size() <= MOST_POLLED_FIRST) {
            inLoops.forEach(Suspension::pollFirst);
        }
        Set<AbstractInsnNode> polledFirst = ordered.stream()
                .filter(Suspension::isPolledFirst)
                .map(suspension -> suspension.insn)
                .collect(Collectors.toSet());
        LoopEntries loops = LoopEntries.around(method, polledFirst);
        for (Suspension suspension : ordered) {
            List<LoopEntries.Loop> path = loops.around(suspension.insn);
            if (suspension.isTurn() && !path.isEmpty() && suspension.operands.isEmpty()) {
                LoopEntries.Loop loop = path.get(path.size() - 1);
                BitSet lost = new BitSet();
                lost.or(liveness.before(loop.header));
                lost.clear(0, first);
                lost.andNot(suspension.kept());
                if (lost.isEmpty() && loops.leadsAgain(loop, suspension.insn, constants)) {
                    suspension.resumeAtHeader();
                }
            }
        }
        return new Plan(entry, ordered, groups, loops, types);
    }

    /**
     * An exception handler begins with nothing but the exception on the stack. javac 17 forgets that for synchronized
     * within a switch expression beside other operands; no JVM accepts such a class, woven or not.
     */
    private static void checkHandlers(MethodNode method) {
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            FrameNode frame = Code.frameAt(block.handler);
            if (frame != null && SlotFrame.of(frame).stack().size() != 1) {
                throw new WeaveException(Texts.NOT_VERIFIABLE, Code.line(block.handler));
            }
        }
    }

    private static BitSet all() {
        BitSet all = new BitSet();
        all.set(0, 1 << 16);
        return all;
    }
}
