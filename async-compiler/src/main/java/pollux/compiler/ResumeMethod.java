package pollux.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * What a resume method has around the code of the user: the switch before it; suspending, resuming and the tail after
 * it.
 */
final class ResumeMethod {

    private final Plan plan;
    private final Slots slots;
    private final StateClass fields;
    private final StateCode state;
    private final InsnList code = new InsnList();
    private final Set<StateClass.Field> keptByAll;

    ResumeMethod(Plan plan, Slots slots, StateClass fields, StateCode state) {
        this.plan = plan;
        this.slots = slots;
        this.fields = fields;
        this.state = state;
        this.keptByAll = new HashSet<>(fields.references());
        plan.suspensions.forEach(suspension -> keptByAll.retainAll(suspension.written()));
    }

    /** Writes the code; what is in {@code source} moves to {@code resume}. */
    void write(MethodNode source, List<InsnList> apart, @Nullable LabelNode tail, MethodNode resume) {
        LabelNode start = new LabelNode();
        LabelNode body = new LabelNode();
        LabelNode failed = new LabelNode();
        LabelNode misused = new LabelNode();
        LabelNode tailResume = new LabelNode();
        List<LabelNode> targets = new ArrayList<>();
        targets.add(start);
        for (Suspension suspension : plan.suspensions) {
            SharedSlots shared = suspension.shared();
            targets.add(shared == null ? suspension.resume : shared.restore);
        }
        if (tail != null) {
            targets.add(tailResume);
        }
        if (slots.outcome >= 0) {
            setNull(slots.outcome);
            setNull(slots.failure);
        }
        if (!plan.loops.isEmpty()) {
            resumed(0);
        }
        if (slots.turns >= 0) {
            code.add(new InsnNode(Opcodes.ICONST_0));
            code.add(new VarInsnNode(Opcodes.ISTORE, slots.turns));
        }
        if (slots.callee != null) {
            LabelNode polled = new LabelNode();
            code.add(state.load());
            code.add(new JumpInsnNode(Opcodes.IFNONNULL, polled));
            code.add(state.begin(slots.callee, source, body));
            code.add(failed);
            code.add(slots.atFailure());
            code.add(state.fail(slots.callee));
            code.add(polled);
            code.add(slots.atBegin());
        }
        code.add(state.load());
        code.add(state.get("label", "I"));
        if (!plan.groups.isEmpty()) {
            code.add(new InsnNode(Opcodes.DUP));
            code.add(new VarInsnNode(Opcodes.ISTORE, slots.label));
        }
        code.add(state.label(-2));
        code.add(new TableSwitchInsnNode(0, targets.size() - 1, misused, targets.toArray(LabelNode[]::new)));
        plan.groups.forEach(this::writeShared);
        plan.loops.all().forEach(this::writeEntry);

        List<TryCatchBlockNode> polls = new ArrayList<>();
        for (Suspension suspension : plan.suspensions) {
            if (suspension.isPolledFirst()) {
                polls.add(writePolledFirst(suspension));
            }
        }
        LabelNode apartBegin = new LabelNode();
        LabelNode apartEnd = new LabelNode();
        code.add(apartBegin);
        apart.forEach(code::add);
        code.add(apartEnd);
        plan.suspensions.stream().filter(Suspension::isTurn).forEach(this::writeSuspendAndResume);

        code.add(start);
        code.add(slots.atBegin());
        restore(plan.entry.locals);
        // the code may begin with a frame of its own
        code.add(new InsnNode(Opcodes.NOP));
        code.add(body);
        if (slots.callee != null) {
            code.add(slots.atBegin());
            addLine(slots.callee.passedLine(), body); // else coverage would never see it
            code.add(new InsnNode(Opcodes.NOP));
        }
        code.add(source.instructions);
        plan.suspensions.stream().filter(suspension -> !suspension.isTurn()).forEach(this::writeSuspendAndResume);
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
        resume.tryCatchBlocks.addAll(polls);
        if (slots.isDirect()) {
            resume.tryCatchBlocks.add(new TryCatchBlockNode(body, misused, failed, null));
            if (!apart.isEmpty()) {
                resume.tryCatchBlocks.add(new TryCatchBlockNode(apartBegin, apartEnd, failed, null));
            }
        }
        resume.localVariables = source.localVariables;
        resume.visibleLocalVariableAnnotations = source.visibleLocalVariableAnnotations;
        resume.invisibleLocalVariableAnnotations = source.invisibleLocalVariableAnnotations;
    }

    private void writeSuspendAndResume(Suspension suspension) {
        writeSuspend(suspension);
        if (suspension.isPolledFirst()) {
            writePollFirst(suspension);
        } else {
            writeResume(suspension);
        }
    }

    private void addLine(Suspension suspension, LabelNode label) {
        if (!suspension.isTurn()) {
            addLine(suspension.line, label);
        }
    }

    private void addLine(int line, LabelNode label) {
        if (line > 0) {
            code.add(new LineNumberNode(line, label));
        }
    }

    /**
     * On the line of its await, and so is what resumes: breakpoints elsewhere must not stop there. What waits for a
     * turn is on none: coverage would see what short loops do not do.
     */
    private void writeSuspend(Suspension suspension) {
        code.add(suspension.suspend);
        addLine(suspension, suspension.suspend);
        code.add(slots.moved(suspension.polled()));
        code.add(state.suspend(suspension.answer, suspension.label, suspension.direct() != null));
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
        for (Suspension.Kept kept : suspension.ownLocals()) {
            if (kept.field() != null) {
                store(kept);
            }
        }
        if (suspension.shared() == null) {
            code.add(state.returnPending());
        } else {
            joinShared(suspension, suspension.shared());
        }
    }

    private void store(Suspension.Kept kept) {
        code.add(state.load());
        code.add(new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ILOAD), slots.moved(kept.slot())));
        code.add(state.put(kept.requiredField()));
    }

    private void joinShared(Suspension suspension, SharedSlots shared) {
        for (Suspension.Kept stored : shared.storedBy(suspension)) {
            if (!suspension.locals.contains(stored)
                    && (stored.requiredField().isReference()
                            || !stored.type().equals(suspension.frame.local(stored.slot())))) {
                load(new Suspension.Kept(stored.slot(), stored.type(), null));
            }
        }
        code.add(new JumpInsnNode(Opcodes.GOTO, shared.entry(suspension)));
    }

    /** Without a line, as all that comes before the code of the user: it belongs to several awaits. */
    private void writeShared(SharedSlots shared) {
        for (int i = 0; i < shared.slots.size(); i++) {
            LabelNode entry = shared.entryAt(shared.slots.get(i));
            if (entry != null) {
                code.add(entry);
                code.add(slots.moved(shared.frameFrom(i)));
            }
            store(shared.slots.get(i));
        }
        code.add(state.returnPending());

        code.add(shared.restore);
        code.add(slots.atResume());
        restore(shared.slots);
        code.add(new VarInsnNode(Opcodes.ILOAD, slots.label));
        int[] keys = shared.members.stream().mapToInt(member -> member.label).toArray();
        LabelNode[] targets = shared.members.stream()
                .map(member -> hasOwn(member) ? member.resume : member.poll)
                .toArray(LabelNode[]::new);
        choose(keys, targets);
    }

    private static boolean hasOwn(Suspension suspension) {
        return !suspension.ownLocals().isEmpty() || !suspension.operands.isEmpty();
    }

    private void writeResume(Suspension suspension) {
        SharedSlots shared = suspension.shared();
        if (shared != null && !hasOwn(suspension)) {
            return; // goes on at once from where the shared values are loaded
        }
        code.add(suspension.resume);
        code.add(shared == null ? slots.atBegin() : slots.moved(shared.frameFrom(0)));
        restore(shared == null ? suspension.locals : suspension.ownLocals());
        restore(suspension.operands);
        code.add(new JumpInsnNode(Opcodes.GOTO, suspension.poll));
    }

    /**
     * Polls, before anything is restored: HotSpot keeps the variables of a loop in memory that has a call in it. On
     * the line of the await, and nothing else is: coverage would see what is seldom done.
     */
    private void writePollFirst(Suspension suspension) {
        code.add(suspension.resume);
        addLine(suspension, suspension.resume);
        code.add(slots.atBegin());
        code.add(state.pollAgain(Names.OBJECT, suspension.label));
        code.add(suspension.polledAgain);
        code.add(new VarInsnNode(Opcodes.ASTORE, slots.outcome)); // a jump back, see Slots.keepOperands
        code.add(new JumpInsnNode(Opcodes.GOTO, suspension.answered));
    }

    /**
     * Keeps what {@link #writePollFirst} has polled for the await, which has the exception handlers of the user
     * around it; restores the variables, and goes on there.
     */
    private TryCatchBlockNode writePolledFirst(Suspension suspension) {
        LabelNode thrown = new LabelNode();
        LabelNode pending = new LabelNode();
        LabelNode restore = new LabelNode();
        code.add(suspension.answered);
        code.add(slots.atBegin());
        code.add(new VarInsnNode(Opcodes.ALOAD, slots.outcome));
        code.add(state.jumpIfPending(Names.OBJECT, pending));
        code.add(new InsnNode(Opcodes.POP));
        code.add(new JumpInsnNode(Opcodes.GOTO, restore));
        code.add(thrown);
        code.add(slots.atBegin("java/lang/Throwable"));
        code.add(new VarInsnNode(Opcodes.ASTORE, slots.failure));
        code.add(restore);
        code.add(slots.atBegin());
        if (!path(suspension).isEmpty()) {
            resumed(suspension.label);
        }
        goOn(suspension, 0);
        code.add(pending);
        code.add(slots.atBegin(Names.OBJECT));
        code.add(new InsnNode(Opcodes.ARETURN)); // the frame is suspended where it was
        return new TryCatchBlockNode(suspension.resume, suspension.polledAgain, thrown, null);
    }

    private void setNull(int slot) {
        code.add(new InsnNode(Opcodes.ACONST_NULL));
        code.add(new VarInsnNode(Opcodes.ASTORE, slot));
    }

    /** Notes which await is resumed, until it is reached: 0 for none. */
    private void resumed(int label) {
        Code.push(code, label);
        code.add(new VarInsnNode(Opcodes.ISTORE, slots.resumed));
    }

    private List<LoopEntries.Loop> path(Suspension suspension) {
        return plan.loops.around(suspension.insn);
    }

    /** Goes to the header of a loop, or on to the await inside that is resumed. Without a line, as the switch. */
    private void writeEntry(LoopEntries.Loop loop) {
        List<Suspension> inside = plan.suspensions.stream()
                .filter(suspension -> path(suspension).contains(loop))
                .sorted(Comparator.comparingInt(suspension -> suspension.label))
                .toList();
        code.add(loop.entry);
        code.add(slots.moved(loop.frame));
        code.add(new VarInsnNode(Opcodes.ILOAD, slots.resumed));
        code.add(new JumpInsnNode(Opcodes.IFEQ, loop.header));
        LabelNode[] targets = inside.stream().map(suspension -> new LabelNode()).toArray(LabelNode[]::new);
        if (targets.length > 1) {
            code.add(new VarInsnNode(Opcodes.ILOAD, slots.resumed));
            int[] keys =
                    inside.stream().mapToInt(suspension -> suspension.label).toArray();
            choose(keys, targets);
        }
        for (int i = 0; i < targets.length; i++) {
            code.add(targets[i]);
            if (targets.length > 1) {
                code.add(slots.moved(loop.frame));
            }
            goOn(inside.get(i), path(inside.get(i)).indexOf(loop) + 1);
        }
    }

    /** Appends a switch whose last target is also that of all other values. */
    private void choose(int[] keys, LabelNode[] targets) {
        LabelNode last = targets[keys.length - 1];
        if (keys[keys.length - 1] - keys[0] < 2 * keys.length) {
            LabelNode[] table = new LabelNode[keys[keys.length - 1] - keys[0] + 1];
            Arrays.fill(table, last);
            for (int i = 0; i < keys.length; i++) {
                table[keys[i] - keys[0]] = targets[i];
            }
            code.add(new TableSwitchInsnNode(keys[0], keys[keys.length - 1], last, table));
        } else {
            code.add(new LookupSwitchInsnNode(last, keys, targets));
        }
    }

    /**
     * Goes on to the next loop around an await, or to the await if there is none. A variable is restored before the
     * first loop from which on all declare it with its type; what a loop declares else gets a default value. A turn
     * that has come goes on at the header of its loop, if that leads to its place again: then nothing in the loop asks
     * what is resumed, as long as no call has suspended.
     *
     * @param entered how many loops are entered already
     */
    private void goOn(Suspension suspension, int entered) {
        List<LoopEntries.Loop> path = path(suspension);
        List<Suspension.Kept> due = suspension.locals.stream()
                .filter(kept -> restoredAt(kept, path) == entered)
                .toList();
        if (entered == path.size()) {
            if (!path.isEmpty()) {
                resumed(0);
            }
            restore(due);
            restore(suspension.operands);
            code.add(new JumpInsnNode(Opcodes.GOTO, suspension.poll));
            return;
        }
        SlotFrame here = entered == 0 ? slots.arguments() : path.get(entered - 1).frame;
        if (entered == path.size() - 1 && suspension.isResumedAtHeader()) {
            LabelNode thrown = new LabelNode();
            code.add(new VarInsnNode(Opcodes.ALOAD, slots.failure));
            code.add(new JumpInsnNode(Opcodes.IFNONNULL, thrown));
            setNull(slots.outcome);
            resumed(0);
            enter(path.get(entered), here, due);
            code.add(thrown);
            code.add(slots.moved(here));
        }
        enter(path.get(entered), here, due);
    }

    /** Restores what is due before a loop, and goes to its entry. */
    private void enter(LoopEntries.Loop loop, SlotFrame here, List<Suspension.Kept> due) {
        for (int slot = slots.restored; slot < loop.frame.locals().size(); slot++) {
            int at = slot;
            Object type = loop.frame.local(slot);
            if (type != Opcodes.TOP
                    && !type.equals(here.local(slot))
                    && due.stream().noneMatch(kept -> kept.slot() == at)) {
                load(new Suspension.Kept(slot, type, null));
            }
        }
        restore(due);
        code.add(new JumpInsnNode(Opcodes.GOTO, loop.entry));
    }

    private static int restoredAt(Suspension.Kept kept, List<LoopEntries.Loop> path) {
        int at = path.size();
        while (at > 0 && path.get(at - 1).frame.local(kept.slot()).equals(kept.type())) {
            at--;
        }
        return at;
    }

    private void restore(List<Suspension.Kept> values) {
        for (Suspension.Kept kept : values) {
            load(kept);
            // a reference that the next suspension does not overwrite must not stay: it would keep its object alive
            if (kept.field() != null && kept.field().isReference() && !keptByAll.contains(kept.field())) {
                code.add(state.clear(kept.field()));
            }
        }
    }

    /** Loads a value from its field, or a default one, into its slot or onto the operand stack. */
    private void load(Suspension.Kept kept) {
        StateClass.Field field = kept.field();
        if (field != null) {
            code.add(state.load());
            code.add(state.get(field.name(), field.descriptor()));
            if (field == StateClass.CHILD) {
                code.add(new TypeInsnNode(Opcodes.CHECKCAST, (String) kept.type()));
            }
        } else {
            code.add(new InsnNode(defaultOf(kept.type())));
        }
        if (kept.slot() >= 0) {
            code.add(new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ISTORE), slots.moved(kept.slot())));
        }
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
        LabelNode polled = new LabelNode();
        LabelNode suspend = new LabelNode();
        SlotFrame waiting = new SlotFrame(List.of(), List.of());
        int label = plan.suspensions.size() + 1;
        code.add(poll);
        code.add(slots.movedWithFuture(waiting));
        code.add(new VarInsnNode(Opcodes.ALOAD, slots.future));
        code.add(StateCode.callStatic("returned", "(" + Names.FUTURE_DESC + ")" + Names.FUTURE_DESC));
        code.add(state.pollAwaited(Names.OBJECT, label));
        code.add(new JumpInsnNode(Opcodes.GOTO, polled));
        code.add(resume);
        code.add(slots.atBegin());
        code.add(state.pollAgain(Names.OBJECT, label));
        code.add(polled);
        code.add(slots.moved(waiting.push(Names.OBJECT)));
        code.add(state.jumpIfPending(Names.OBJECT, suspend));
        code.add(state.ended());
        code.add(new InsnNode(Opcodes.ARETURN));
        code.add(suspend);
        code.add(slots.moved(waiting.push(Names.OBJECT)));
        code.add(state.suspend(Names.OBJECT, label, false));
        for (StateClass.Field field : fields.references()) {
            if (keptByAll.contains(field)) {
                code.add(state.clear(field));
            }
        }
        code.add(state.returnPending());
    }
}
