package pollux.compiler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * The code of the user: what replaces its awaits and returns where they stand, inside of the user's exception ranges.
 */
final class Body {

    private final MethodNode method;
    private final Plan plan;
    private final Slots slots;
    private final StateCode state;

    /** The code of a turn in the source: where it begins and where it goes on, and the types there. */
    private record Wait(LabelNode begin, LabelNode go, SlotFrame frame) {}

    private final List<Wait> waits = new ArrayList<>();
    private final List<InsnList> apart = new ArrayList<>();
    private @Nullable LabelNode tail;

    Body(MethodNode method, Plan plan, Slots slots, StateCode state) {
        this.method = method;
        this.plan = plan;
        this.slots = slots;
        this.state = state;
    }

    /** Where the future that the code returns is waited for; null if it returns values only. */
    @Nullable
    LabelNode tail() {
        return tail;
    }

    /** Rewrites the code in place. */
    void rewrite(AsyncMethod.Kind kind) {
        for (AbstractInsnNode insn : method.instructions.toArray()) {
            if (Code.isReturn(insn)) {
                replaceReturn(insn, kind);
            } else if (insn instanceof TurnInsn turn) {
                replaceTurn(turn);
            }
        }
        plan.suspensions.forEach(this::replaceAwait);
        slots.move(method);
        moveTurns();
    }

    /**
     * What is done for the turns of loops, and the tests of awaits in loops. It stands apart, where there is no line:
     * on the line of the await, coverage would see branches in it that are not the user's.
     */
    List<InsnList> apart() {
        return apart;
    }

    private void replaceTurn(TurnInsn turn) {
        JumpInsnNode jump = (JumpInsnNode) turn.getNext();
        LabelNode begin = new LabelNode();
        method.instructions.insertBefore(turn, begin);
        method.instructions.insertBefore(turn, state.turn(jump.label));
        method.instructions.remove(turn);
        AbstractInsnNode await = jump.getNext().getNext();
        plan.suspensions.stream()
                .filter(suspension -> suspension.insn == await)
                .forEach(suspension -> waits.add(new Wait(begin, jump.label, suspension.frame.pop())));
    }

    private void moveTurns() {
        Code code = new Code(method);
        List<List<TryCatchBlockNode>> around = waits.stream()
                .map(wait -> code.handlers(Objects.requireNonNull(Code.real(wait.begin))))
                .toList();
        Set<LabelNode> ranges = new HashSet<>();
        if (method.localVariables != null) {
            method.localVariables.forEach(variable -> ranges.addAll(List.of(variable.start, variable.end)));
        }
        for (int i = 0; i < waits.size(); i++) {
            moveTurn(waits.get(i), around.get(i), ranges);
        }
    }

    /** Moves code away, with these exception handlers around it, but for the ends of ranges. */
    private void moveTurn(Wait wait, List<TryCatchBlockNode> around, Set<LabelNode> ranges) {
        LabelNode start = new LabelNode();
        LabelNode end = new LabelNode();
        InsnList moved = new InsnList();
        moved.add(start);
        moved.add(slots.takeOperands(wait.frame, false));
        AbstractInsnNode insn = wait.begin.getNext();
        while (insn != wait.go) {
            AbstractInsnNode next = insn.getNext();
            if (!(insn instanceof LabelNode label && ranges.contains(label))) {
                method.instructions.remove(insn);
                moved.add(insn);
            }
            insn = next;
        }
        moved.add(new JumpInsnNode(Opcodes.GOTO, wait.go));
        moved.add(end);
        method.instructions.insert(wait.begin, new JumpInsnNode(Opcodes.GOTO, start));
        method.instructions.insert(wait.begin, slots.keepOperands(wait.frame));
        for (TryCatchBlockNode block : around) {
            method.tryCatchBlocks.add(
                    method.tryCatchBlocks.indexOf(block) + 1,
                    new TryCatchBlockNode(start, end, block.handler, block.type));
        }
        apart.add(moved);
    }

    private void replaceReturn(AbstractInsnNode insn, AsyncMethod.Kind kind) {
        switch (kind) {
            case BLOCK -> method.instructions.insertBefore(insn, state.ended());
            case STREAM -> {
                method.instructions.insertBefore(insn, state.ended());
                method.instructions.insertBefore(insn, new InsnNode(Opcodes.ACONST_NULL));
                method.instructions.set(insn, new InsnNode(Opcodes.ARETURN));
            }
            case FUTURE -> replaceFutureReturn(insn);
        }
    }

    private void replaceFutureReturn(AbstractInsnNode insn) {
        MethodInsnNode ready = Numbers.readyBefore(method, insn);
        if (ready != null) {
            // return ready(x) is a return of x
            Object number = slots.callee == null ? null : slots.callee.number();
            if (number != null) {
                method.instructions.remove(Objects.requireNonNull(Code.before(method, ready))); // the box
            }
            method.instructions.remove(ready);
            method.instructions.insertBefore(insn, state.ended());
            if (number != null) {
                method.instructions.insertBefore(insn, state.answer(number));
            }
            return;
        }
        SlotFrame frame = plan.atReturn(insn);
        if (frame == null) {
            return; // unreachable
        }
        InsnList code = new InsnList();
        code.add(new Slots.MovedVar(Opcodes.ASTORE, slots.future));
        List<Object> below = frame.pop().stack();
        for (int i = below.size() - 1; i >= 0; i--) {
            code.add(new InsnNode(SlotFrame.isWide(below.get(i)) ? Opcodes.POP2 : Opcodes.POP));
        }
        if (tail == null) {
            tail = new LabelNode();
        }
        code.add(new JumpInsnNode(Opcodes.GOTO, tail));
        method.instructions.insertBefore(insn, code);
        method.instructions.remove(insn);
    }

    private void replaceAwait(Suspension suspension) {
        LabelNode polled = new LabelNode();
        SlotFrame awaited = suspension.frame.pop();
        InsnList code = new InsnList();
        DirectCalls.Target direct = suspension.direct();
        if (direct == null) {
            code.add(state.pollAwaited(suspension.answer, suspension.label));
        } else {
            method.instructions.insertBefore(direct.call(), state.callDirectly(direct, suspension.isInLoop()));
            method.instructions.remove(direct.call());
        }
        DirectCalls.Callee callee = direct == null ? null : direct.callee();
        boolean isStep = callee != null && !callee.isLight();
        boolean isPolledFirst = suspension.isPolledFirst();
        InsnList test = callee != null
                ? state.jumpIfCallPending(suspension.suspend, callee)
                : state.jumpIfPending(suspension.answer, suspension.suspend);
        if (isPolledFirst) {
            LabelNode asked = new LabelNode();
            code.add(slots.keepOperands(suspension.polled()));
            code.add(new JumpInsnNode(Opcodes.GOTO, asked));
            InsnList ask = new InsnList();
            ask.add(asked);
            ask.add(slots.takeOperands(suspension.polled(), isStep));
            ask.add(test);
            ask.add(new JumpInsnNode(Opcodes.GOTO, polled));
            apart.add(ask);
        } else {
            if (callee != null) {
                code.add(test);
            } // if not, the test below is that of both polls
            code.add(new JumpInsnNode(Opcodes.GOTO, polled));
        }
        code.add(suspension.poll);
        code.add(new Slots.MovedFrame(slots.moved(awaited)));
        if (isPolledFirst) {
            code.add(state.takeOutcome(suspension.answer));
        } else {
            code.add(state.pollAgain(suspension.answer, suspension.label));
            if (callee != null) {
                code.add(state.jumpIfPending(suspension.answer, suspension.suspend));
            }
        }
        if (suspension.number() != null) {
            code.add(state.checkNumber());
        }
        code.add(polled);
        code.add(new Slots.MovedFrame(slots.moved(suspension.polled())));
        if (callee == null && !isPolledFirst) {
            code.add(test);
        }
        if (direct != null && direct.finish() != null) {
            code.add(state.finish(direct.finish()));
        }
        if (suspension.number() != null) {
            code.add(state.takeNumber(suspension.number(), suspension.takesNumber));
        } else if (suspension.answer == Names.OBJECT && Numbers.isUnboxed(suspension.insn)) {
            code.add(state.checkBox(direct == null ? "the awaited future" : "the future of " + direct.call().name));
        }
        boolean endsInFrame = code.getLast() instanceof FrameNode;
        method.instructions.insertBefore(suspension.insn, code);
        if (suspension.takesNumber) {
            // the cast and the call; the cut of a variable's range may have put labels between since they were seen
            method.instructions.remove(Code.real(suspension.insn.getNext()));
            method.instructions.remove(Code.real(suspension.insn.getNext()));
        }
        if (endsInFrame && Code.frameAt(suspension.insn.getNext()) != null) {
            // two frames cannot be at one place
            method.instructions.insertBefore(suspension.insn, new InsnNode(Opcodes.NOP));
        }
        method.instructions.remove(suspension.insn);
    }
}
