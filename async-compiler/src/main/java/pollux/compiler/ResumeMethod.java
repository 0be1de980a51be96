package pollux.compiler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What a resume method has around the code of the user: the switch before it; suspending, resuming and the tail after it. */
final class ResumeMethod {

    private final Plan plan;
    private final Slots slots;
    private final StateClass fields;
    private final StateCode state;
    private final InsnList code = new InsnList();

    ResumeMethod(Plan plan, Slots slots, StateClass fields, StateCode state) {
        this.plan = plan;
        this.slots = slots;
        this.fields = fields;
        this.state = state;
    }

    /** Writes the code; what is in {@code source} moves to {@code resume}. */
    void write(MethodNode source, @Nullable LabelNode tail, MethodNode resume) {
        LabelNode start = new LabelNode();
        LabelNode body = new LabelNode();
        LabelNode misused = new LabelNode();
        LabelNode tailResume = new LabelNode();
        List<LabelNode> targets = new ArrayList<>();
        targets.add(start);
        plan.suspensions.forEach(suspension -> targets.add(suspension.resume));
        if (tail != null) {
            targets.add(tailResume);
        }
        code.add(state.load());
        code.add(state.get("label", "I"));
        code.add(state.label(-2));
        code.add(new TableSwitchInsnNode(0, targets.size() - 1, misused, targets.toArray(LabelNode[]::new)));

        code.add(start);
        code.add(slots.atBegin());
        restore(plan.entry.locals);
        // the code may begin with a frame of its own
        code.add(new InsnNode(Opcodes.NOP));
        code.add(body);
        code.add(source.instructions);
        for (Suspension suspension : plan.suspensions) {
            writeSuspend(suspension);
            writeResume(suspension);
        }
        LabelNode rest = new LabelNode();
        code.add(rest);
        addLine(plan.entry.line, rest);
        if (tail != null) {
            writeTail(tail, tailResume);
        }
        code.add(misused);
        code.add(slots.atBegin());
        code.add(state.load());
        code.add(state.call("misused", "()Ljava/lang/IllegalStateException;"));
        code.add(new InsnNode(Opcodes.ATHROW));

        resume.instructions = code;
        resume.tryCatchBlocks = source.tryCatchBlocks;
        resume.localVariables = source.localVariables;
        resume.visibleLocalVariableAnnotations = source.visibleLocalVariableAnnotations;
        resume.invisibleLocalVariableAnnotations = source.invisibleLocalVariableAnnotations;
    }

    private void addLine(int line, LabelNode label) {
        if (line > 0) {
            code.add(new LineNumberNode(line, label));
        }
    }

    /** On the line of its await, and so is what resumes: breakpoints elsewhere must not stop there. */
    private void writeSuspend(Suspension suspension) {
        code.add(suspension.suspend);
        addLine(suspension.line, suspension.suspend);
        code.add(slots.movedWithFuture(suspension.frame.pop().push(Names.OBJECT)));
        code.add(new InsnNode(Opcodes.POP));
        for (int i = suspension.operands.size() - 1; i >= 0; i--) {
            Suspension.Kept kept = suspension.operands.get(i);
            if (kept.field() == null) {
                code.add(new InsnNode(Opcodes.POP));
                continue;
            }
            code.add(state.load());
            if (SlotFrame.isWide(kept.type())) {
                code.add(new InsnNode(Opcodes.DUP_X2));
                code.add(new InsnNode(Opcodes.POP));
            } else {
                code.add(new InsnNode(Opcodes.SWAP));
            }
            code.add(state.put(kept.field()));
        }
        for (Suspension.Kept kept : suspension.locals) {
            if (kept.field() != null) {
                code.add(state.load());
                code.add(new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ILOAD), slots.moved(kept.slot())));
                code.add(state.put(kept.field()));
            }
        }
        code.add(state.suspend(suspension.label));
    }

    private void writeResume(Suspension suspension) {
        code.add(suspension.resume);
        code.add(slots.atBegin());
        restore(suspension.locals);
        restore(suspension.operands);
        loadChild();
        code.add(new JumpInsnNode(Opcodes.GOTO, suspension.poll));
    }

    /** No cast: to the verifier, every reference is a Future, because that is an interface. */
    private void loadChild() {
        code.add(state.load());
        code.add(state.get("child", Names.OBJECT_DESC));
    }

    private void restore(List<Suspension.Kept> values) {
        for (Suspension.Kept kept : values) {
            StateClass.Field field = kept.field();
            if (field != null) {
                code.add(state.load());
                code.add(state.get(field.name(), field.descriptor()));
            } else {
                code.add(new InsnNode(defaultOf(kept.type())));
            }
            if (kept.slot() >= 0) {
                code.add(
                        new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ISTORE), slots.moved(kept.slot())));
            }
            if (field != null && field.isReference() && !isKeptByAll(field)) {
                code.add(state.clear(field));
            }
        }
    }

    /** A reference that the next suspension does not overwrite must not stay: it would keep its object alive. */
    private boolean isKeptByAll(StateClass.Field field) {
        return plan.suspensions.stream().allMatch(suspension -> suspension.uses(field));
    }

    private static int defaultOf(Object type) {
        if (type == Opcodes.INTEGER) {
            return Opcodes.ICONST_0;
        } else if (type == Opcodes.LONG) {
            return Opcodes.LCONST_0;
        } else if (type == Opcodes.FLOAT) {
            return Opcodes.FCONST_0;
        } else if (type == Opcodes.DOUBLE) {
            return Opcodes.DCONST_0;
        }
        return Opcodes.ACONST_NULL;
    }

    /** Waits for the future that the code returned, outside of its exception ranges. */
    private void writeTail(LabelNode poll, LabelNode resume) {
        LabelNode suspend = new LabelNode();
        SlotFrame waiting = new SlotFrame(new ArrayList<>(), List.of());
        code.add(resume);
        code.add(slots.atBegin());
        loadChild();
        code.add(new VarInsnNode(Opcodes.ASTORE, slots.future));
        code.add(poll);
        code.add(slots.movedWithFuture(waiting));
        code.add(state.load());
        code.add(new VarInsnNode(Opcodes.ALOAD, slots.future));
        code.add(state.call("returned", "(" + Names.FUTURE_DESC + ")" + Names.FUTURE_DESC));
        code.add(state.poll(suspend));
        code.add(state.ended());
        code.add(new InsnNode(Opcodes.ARETURN));
        code.add(suspend);
        code.add(slots.movedWithFuture(waiting.push(Names.OBJECT)));
        for (StateClass.Field field : fields.references()) {
            if (isKeptByAll(field)) {
                code.add(state.clear(field));
            }
        }
        code.add(state.suspend(plan.suspensions.size() + 1));
    }
}
