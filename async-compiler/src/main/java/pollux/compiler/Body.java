package pollux.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The code of the user: what replaces its awaits and returns where they stand, inside of the user's exception ranges.
 */
final class Body {

    private final MethodNode method;
    private final Plan plan;
    private final Slots slots;
    private final StateCode state;

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
            } else if (insn instanceof TurnInsn) {
                JumpInsnNode go = (JumpInsnNode) insn.getNext();
                method.instructions.insertBefore(insn, state.turn(go.label));
                method.instructions.remove(insn);
            }
        }
        plan.suspensions.forEach(this::replaceAwait);
        slots.move(method);
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
        AbstractInsnNode before = insn.getPrevious();
        while (before instanceof LineNumberNode || before instanceof LabelNode label && !Code.isTarget(method, label)) {
            before = before.getPrevious();
        }
        if (before instanceof MethodInsnNode call
                && call.owner.equals(Names.FUTURES)
                && call.name.equals("ready")
                && call.desc.equals("(" + Names.OBJECT_DESC + ")" + Names.FUTURE_DESC)) {
            // return ready(x) is a return of x
            method.instructions.remove(call);
            method.instructions.insertBefore(insn, state.ended());
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
        boolean isPolledFirst = suspension.isPolledFirst();
        if (callee != null) {
            code.add(state.jumpIfCallPending(suspension.suspend, !callee.isLight()));
        } else if (isPolledFirst) {
            code.add(state.jumpIfPending(suspension.answer, suspension.suspend));
        } // if not, the test below is that of both polls
        code.add(new JumpInsnNode(Opcodes.GOTO, polled));
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
        code.add(polled);
        code.add(new Slots.MovedFrame(slots.moved(suspension.polled())));
        if (callee == null && !isPolledFirst) {
            code.add(state.jumpIfPending(suspension.answer, suspension.suspend));
        }
        if (direct != null && direct.finish() != null) {
            code.add(state.finish(direct.finish()));
        }
        boolean endsInFrame = code.getLast() instanceof FrameNode;
        method.instructions.insertBefore(suspension.insn, code);
        if (suspension.answer != Names.OBJECT) {
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
