package pollux.compiler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableAnnotationNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Compiles one method that awaits: into a factory of runs, the code of a run, and the state class between them. */
final class AsyncMethod {

    /*
     * The code moves to a new method of the same class, so that it keeps its access, `this`, breakpoints and coverage:
     *
     *     foo(args) { state = new State(); state.v0 = arg0; …; return state; }
     *
     *     lambda$foo$async(State state, Context cx) {
     *         switch (state.label) { 0 → start, 1 → resume1, … }     and state.label = RUNNING
     *       start:      load the arguments
     *         … code …
     *       poll1:      f ⟵ stack; v = RawFuture.pollAny(f, cx); if (v == PENDING) goto suspend1
     *         … code …                                             a return stores ENDED first
     *       suspend1:   store operands and live locals; return state.suspend(f, 1), which is PENDING
     *       resume1:    load them again; goto poll1
     *     }
     *
     * poll1 stands where the await stood, inside the exception ranges of the user, so what it throws is thrown by the await.
     * start, suspend and resume lie at the end, outside of all ranges. A method that returns Future waits for what its code
     * returns at `tail`, outside of the ranges as well.
     *
     * Slots: `this` stays at 0 in classes; state and cx follow; everything else moves up by two. An instance method of an
     * interface gets a static resume method, since it would have to be public or private otherwise; `this` is then its
     * first argument. The future of an await is kept in one more slot at the end.
     *
     * What the frames of the code declare but nobody reads any more gets a default value in resume1, so that all declared
     * frames still hold.
     */

    /** What a method makes of its return instructions. */
    enum Kind {
        /** The lambda of an AsyncBlock: returns the value. */
        BLOCK,
        /** The lambda of a StreamBlock: returns nothing. */
        STREAM,
        /** Returns a future, whose value is the value. */
        FUTURE
    }

    private final String owner;
    private final boolean isInterface;
    private final MethodNode method;
    private final Kind kind;
    private final StateClass state;
    private final boolean keepAll;

    /** The resume method is static; the receiver of the code, if there is one, is a local variable like any other. */
    private final boolean isStatic;
    /** The first slot that moves up. */
    private final int firstMoved;

    private final int stateSlot;
    private final int futureSlot;
    private final List<Object> header = new ArrayList<>();
    private final String stateDesc;

    private List<Suspension> suspensions = List.of();
    private Suspension entry;
    private @Nullable LabelNode tail;

    AsyncMethod(ClassNode host, MethodNode method, Kind kind, String stateName, boolean keepAll) {
        this.owner = host.name;
        this.isInterface = (host.access & Opcodes.ACC_INTERFACE) != 0;
        this.method = method;
        this.kind = kind;
        this.keepAll = keepAll;
        this.state = new StateClass(stateName);
        this.stateDesc = "L" + stateName + ";";
        boolean hasReceiver = (method.access & Opcodes.ACC_STATIC) == 0;
        this.isStatic = !hasReceiver || isInterface;
        this.firstMoved = isStatic ? 0 : 1;
        this.stateSlot = firstMoved;
        AwaitingLoops.lower(owner, method);
        NewRelocation.relocate(owner, method);
        this.futureSlot = method.maxLocals + 2;
        if (!isStatic) {
            header.add(owner);
        }
        header.add(stateName);
        header.add(Names.CONTEXT);
    }

    /** Rewrites the method into the factory, and returns the method with its code. */
    MethodNode split() {
        plan();
        MethodNode resume = new MethodNode(
                Opcodes.ASM9,
                resumeAccess(),
                resumeName(),
                "(" + stateDesc + "L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC,
                null,
                null);
        replaceReturns();
        suspensions.forEach(this::replaceAwait);
        moveSlots();
        writeResumeMethod(resume);
        writeFactory();
        return resume;
    }

    byte[] stateClass(ClassNode host, MethodNode resume) {
        int guarded = (int) suspensions.stream().filter(s -> s.guarded).count();
        StringBuilder lines = new StringBuilder().append(entry.line);
        for (Suspension suspension : suspensions) {
            lines.append(',').append(suspension.line);
        }
        String source = owner.replace('/', '.') + "|" + Weaver.baseName(method.name) + "|"
                + (host.sourceFile == null ? "" : host.sourceFile) + "|" + lines;
        return state.write(new StateClass.Host(
                owner, isInterface, host.version, resume.name, resume.desc, !isStatic, guarded, source));
    }

    // ------------------------------------------------------------------ analysis

    /**
     * An exception handler begins with nothing but the exception on the stack. javac 17 forgets that for synchronized within a
     * switch expression beside other operands; no JVM accepts such a class, woven or not.
     */
    private void checkHandlers() {
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            FrameNode frame = Code.frameAt(block.handler);
            if (frame != null && SlotFrame.of(frame).stack().size() != 1) {
                throw new WeaveException(Texts.NOT_VERIFIABLE, Code.line(block.handler));
            }
        }
    }

    private void plan() {
        checkHandlers();
        Code code = new Code(method);
        Predicate<AbstractInsnNode> wanted =
                insn -> insn instanceof AwaitInsn || kind == Kind.FUTURE && insn.getOpcode() == Opcodes.ARETURN;
        Map<AbstractInsnNode, SlotFrame> types = code.types(owner, wanted);
        Set<AbstractInsnNode> awaits = new HashSet<>();
        types.keySet().stream().filter(insn -> insn instanceof AwaitInsn).forEach(awaits::add);
        Monitors.check(code, awaits);
        Liveness liveness = new Liveness(code);

        AbstractInsnNode first = method.instructions.getFirst();
        entry = new Suspension(
                first,
                entryFrame(),
                keepAll ? all() : liveness.before(first),
                firstMoved,
                false,
                Code.firstLine(method),
                state.allocator());
        List<Suspension> unguarded = new ArrayList<>();
        List<Suspension> ordered = new ArrayList<>();
        for (AbstractInsnNode insn : method.instructions) {
            if (awaits.contains(insn)) {
                boolean guarded = !code.handlers(insn).isEmpty();
                Suspension suspension = new Suspension(
                        insn,
                        types.get(insn),
                        keepAll ? all() : liveness.before(insn),
                        firstMoved,
                        guarded,
                        Code.line(insn),
                        state.allocator());
                (guarded ? ordered : unguarded).add(suspension);
            }
        }
        ordered.addAll(unguarded);
        for (int i = 0; i < ordered.size(); i++) {
            ordered.get(i).label = i + 1;
        }
        suspensions = ordered;
        returnOperands = types;
    }

    private Map<AbstractInsnNode, SlotFrame> returnOperands = Map.of();

    private static BitSet all() {
        BitSet all = new BitSet();
        all.set(0, 1 << 16);
        return all;
    }

    /** The types of the arguments; a pseudo future on top stands in for the operand that awaits have. */
    private SlotFrame entryFrame() {
        List<Object> locals = new ArrayList<>();
        if ((method.access & Opcodes.ACC_STATIC) == 0) {
            locals.add(owner);
        }
        for (Type argument : Type.getArgumentTypes(method.desc)) {
            switch (argument.getSort()) {
                case Type.LONG -> {
                    locals.add(Opcodes.LONG);
                    locals.add(Opcodes.TOP);
                }
                case Type.DOUBLE -> {
                    locals.add(Opcodes.DOUBLE);
                    locals.add(Opcodes.TOP);
                }
                case Type.FLOAT -> locals.add(Opcodes.FLOAT);
                case Type.ARRAY, Type.OBJECT -> locals.add(argument.getInternalName());
                default -> locals.add(Opcodes.INTEGER);
            }
        }
        return new SlotFrame(locals, List.of(Names.FUTURE));
    }

    // ------------------------------------------------------------------ in place; slots are still those of the source

    /** Slots of state, context and future are written as if they had been moved back, since everything moves up later. */
    private VarInsnNode loadState() {
        return new MovedVar(Opcodes.ALOAD, stateSlot);
    }

    private void replaceReturns() {
        for (AbstractInsnNode insn : method.instructions.toArray()) {
            if (!Code.isReturn(insn)) {
                continue;
            }
            if (kind == Kind.FUTURE) {
                replaceFutureReturn(insn);
            } else {
                method.instructions.insertBefore(insn, ended());
                if (kind == Kind.STREAM) {
                    method.instructions.insertBefore(insn, new InsnNode(Opcodes.ACONST_NULL));
                    method.instructions.set(insn, new InsnNode(Opcodes.ARETURN));
                }
            }
        }
    }

    private void replaceFutureReturn(AbstractInsnNode insn) {
        AbstractInsnNode before = insn.getPrevious();
        while (before instanceof LineNumberNode || before instanceof LabelNode label && !isTarget(label)) {
            before = before.getPrevious();
        }
        if (before instanceof MethodInsnNode call
                && call.owner.equals(Names.FUTURES)
                && call.name.equals("ready")
                && call.desc.equals("(" + Names.OBJECT_DESC + ")" + Names.FUTURE_DESC)) {
            // return ready(x) is a return of x
            method.instructions.remove(call);
            method.instructions.insertBefore(insn, ended());
            return;
        }
        SlotFrame frame = returnOperands.get(insn);
        if (frame == null) {
            return; // unreachable
        }
        InsnList code = new InsnList();
        code.add(new MovedVar(Opcodes.ASTORE, futureSlot));
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

    private boolean isTarget(LabelNode label) {
        for (AbstractInsnNode insn : method.instructions) {
            if (Code.targets(insn).contains(label)) {
                return true;
            }
        }
        return method.tryCatchBlocks.stream().anyMatch(block -> block.handler == label);
    }

    private InsnList ended() {
        InsnList code = new InsnList();
        code.add(loadState());
        code.add(new InsnNode(Opcodes.ICONST_M1));
        code.add(new FieldInsnNode(Opcodes.PUTFIELD, state.name, "label", "I"));
        return code;
    }

    private void replaceAwait(Suspension suspension) {
        InsnList code = new InsnList();
        // two frames must not meet at one place
        code.add(new InsnNode(Opcodes.NOP));
        code.add(suspension.poll);
        code.add(new MovedFrame(moved(suspension.frame, false)));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(new MovedVar(Opcodes.ASTORE, futureSlot));
        code.add(poll());
        code.add(new JumpInsnNode(Opcodes.IF_ACMPEQ, suspension.suspend));
        AbstractInsnNode before = suspension.insn.getPrevious();
        while (before instanceof LabelNode || before instanceof LineNumberNode) {
            before = before.getPrevious();
        }
        if (!(before instanceof FrameNode)) {
            code.remove(code.getFirst());
        }
        method.instructions.insertBefore(suspension.insn, code);
        method.instructions.remove(suspension.insn);
    }

    /** Polls the future on the stack, and leaves the answer twice, with the pending answer on top of one. */
    private InsnList poll() {
        InsnList code = new InsnList();
        code.add(new MovedVar(Opcodes.ALOAD, stateSlot + 1));
        code.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                Names.RAW_FUTURE,
                "pollAny",
                "(" + Names.FUTURE_DESC + "L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC,
                false));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(pending());
        return code;
    }

    private static FieldInsnNode pending() {
        return new FieldInsnNode(Opcodes.GETSTATIC, Names.RAW_FUTURE, "PENDING", Names.OBJECT_DESC);
    }

    // ------------------------------------------------------------------ slots

    /** An instruction whose slot is final already. */
    private static final class MovedVar extends VarInsnNode {
        MovedVar(int opcode, int slot) {
            super(opcode, slot);
        }
    }

    /** A frame whose slots are final already. */
    private static final class MovedFrame extends FrameNode {
        MovedFrame(FrameNode frame) {
            super(Opcodes.F_NEW, frame.local.size(), frame.local.toArray(), frame.stack.size(), frame.stack.toArray());
        }
    }

    private void moveSlots() {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof VarInsnNode variable && !(insn instanceof MovedVar)) {
                variable.var = moved(variable.var);
            } else if (insn instanceof IincInsnNode increment) {
                increment.var = moved(increment.var);
            } else if (insn instanceof FrameNode frame && !(insn instanceof MovedFrame)) {
                FrameNode changed = moved(SlotFrame.of(frame), false);
                frame.local = changed.local;
                frame.stack = changed.stack;
            }
        }
        if (method.localVariables != null) {
            for (LocalVariableNode variable : method.localVariables) {
                variable.index = moved(variable.index);
            }
        }
        moveAnnotations(method.visibleLocalVariableAnnotations);
        moveAnnotations(method.invisibleLocalVariableAnnotations);
    }

    private void moveAnnotations(@Nullable List<LocalVariableAnnotationNode> annotations) {
        if (annotations != null) {
            annotations.forEach(annotation -> annotation.index.replaceAll(this::moved));
        }
    }

    private int moved(int slot) {
        return slot < firstMoved ? slot : slot + 2;
    }

    /** Returns a frame of the source with state and context in it, and the awaited future if wanted. */
    private FrameNode moved(SlotFrame source, boolean withFuture) {
        List<Object> locals = new ArrayList<>(header);
        for (int slot = firstMoved; slot < source.locals().size(); slot++) {
            locals.add(source.local(slot));
        }
        SlotFrame frame = new SlotFrame(locals, source.stack());
        return (withFuture ? frame.with(futureSlot, Names.FUTURE) : frame).toNode();
    }

    // ------------------------------------------------------------------ the resume method

    private int resumeAccess() {
        int access = Opcodes.ACC_SYNTHETIC | method.access & Opcodes.ACC_STRICT;
        if (isInterface) {
            return access | Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
        }
        return access | (isStatic ? Opcodes.ACC_STATIC : Opcodes.ACC_FINAL);
    }

    /** Coverage tools count synthetic methods only if they are called lambda$…; javac's own lambdas are called so already. */
    private String resumeName() {
        return (method.name.startsWith("lambda$") ? method.name : "lambda$" + method.name) + "$async";
    }

    private void writeResumeMethod(MethodNode resume) {
        InsnList code = resume.instructions;
        LabelNode start = new LabelNode();
        LabelNode body = new LabelNode();
        LabelNode misused = new LabelNode();
        LabelNode tailResume = new LabelNode();
        List<LabelNode> targets = new ArrayList<>();
        targets.add(start);
        suspensions.forEach(suspension -> targets.add(suspension.resume));
        if (tail != null) {
            targets.add(tailResume);
        }
        code.add(loadState());
        code.add(new FieldInsnNode(Opcodes.GETFIELD, state.name, "label", "I"));
        code.add(loadState());
        Code.push(code, -2);
        code.add(new FieldInsnNode(Opcodes.PUTFIELD, state.name, "label", "I"));
        code.add(new TableSwitchInsnNode(0, targets.size() - 1, misused, targets.toArray(LabelNode[]::new)));

        code.add(start);
        code.add(emptyFrame());
        restore(code, entry.locals);
        // the code may begin with a frame of its own
        code.add(new InsnNode(Opcodes.NOP));
        code.add(body);
        code.add(method.instructions);
        LabelNode end = new LabelNode();
        code.add(end);
        int line = entry.line;
        if (line > 0) {
            code.add(new LineNumberNode(line, end));
        }
        for (Suspension suspension : suspensions) {
            writeSuspend(code, suspension);
            writeResume(code, suspension);
        }
        if (tail != null) {
            writeTail(code, tail, tailResume);
        }
        code.add(misused);
        code.add(emptyFrame());
        code.add(loadState());
        code.add(new MethodInsnNode(
                Opcodes.INVOKEVIRTUAL, state.name, "misused", "()Ljava/lang/IllegalStateException;", false));
        code.add(new InsnNode(Opcodes.ATHROW));

        resume.tryCatchBlocks = method.tryCatchBlocks;
        resume.localVariables = method.localVariables;
        resume.visibleLocalVariableAnnotations = method.visibleLocalVariableAnnotations;
        resume.invisibleLocalVariableAnnotations = method.invisibleLocalVariableAnnotations;
    }

    private FrameNode emptyFrame() {
        return new FrameNode(Opcodes.F_NEW, header.size(), header.toArray(), 0, null);
    }

    private void writeSuspend(InsnList code, Suspension suspension) {
        code.add(suspension.suspend);
        code.add(moved(suspension.frame.pop().push(Names.OBJECT), true));
        code.add(new InsnNode(Opcodes.POP));
        for (int i = suspension.operands.size() - 1; i >= 0; i--) {
            Suspension.Kept kept = suspension.operands.get(i);
            if (kept.field() == null) {
                code.add(new InsnNode(Opcodes.POP));
                continue;
            }
            code.add(loadState());
            if (SlotFrame.isWide(kept.type())) {
                code.add(new InsnNode(Opcodes.DUP_X2));
                code.add(new InsnNode(Opcodes.POP));
            } else {
                code.add(new InsnNode(Opcodes.SWAP));
            }
            code.add(put(kept.field()));
        }
        for (Suspension.Kept kept : suspension.locals) {
            if (kept.field() != null) {
                code.add(loadState());
                code.add(new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ILOAD), moved(kept.slot())));
                code.add(put(kept.field()));
            }
        }
        suspend(code, suspension.label);
    }

    private void suspend(InsnList code, int label) {
        code.add(loadState());
        code.add(new VarInsnNode(Opcodes.ALOAD, futureSlot));
        Code.push(code, label);
        code.add(new MethodInsnNode(
                Opcodes.INVOKEVIRTUAL,
                state.name,
                "suspend",
                "(" + Names.FUTURE_DESC + "I)" + Names.OBJECT_DESC,
                false));
        code.add(new InsnNode(Opcodes.ARETURN));
    }

    private void writeResume(InsnList code, Suspension suspension) {
        code.add(suspension.resume);
        code.add(emptyFrame());
        restore(code, suspension.locals);
        restore(code, suspension.operands);
        loadChild(code);
        code.add(new JumpInsnNode(Opcodes.GOTO, suspension.poll));
    }

    /** No cast: to the verifier, every reference is a Future, because that is an interface. */
    private void loadChild(InsnList code) {
        code.add(loadState());
        code.add(new FieldInsnNode(Opcodes.GETFIELD, state.name, "child", Names.OBJECT_DESC));
    }

    private void restore(InsnList code, List<Suspension.Kept> values) {
        for (Suspension.Kept kept : values) {
            if (kept.field() != null) {
                code.add(loadState());
                code.add(new FieldInsnNode(
                        Opcodes.GETFIELD,
                        state.name,
                        kept.field().name(),
                        kept.field().descriptor()));
            } else {
                code.add(new InsnNode(defaultOf(kept.type())));
            }
            if (kept.slot() >= 0) {
                code.add(new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ISTORE), moved(kept.slot())));
            }
            if (kept.field() != null && kept.field().isReference() && !isKeptByAll(kept.field())) {
                clear(code, kept.field());
            }
        }
    }

    /** A reference that the next suspension does not overwrite must not stay: it would keep its object alive. */
    private boolean isKeptByAll(StateClass.Field field) {
        return suspensions.stream().allMatch(suspension -> suspension.uses(field));
    }

    private void clear(InsnList code, StateClass.Field field) {
        code.add(loadState());
        code.add(new InsnNode(Opcodes.ACONST_NULL));
        code.add(put(field));
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

    private void writeTail(InsnList code, LabelNode poll, LabelNode resume) {
        LabelNode suspend = new LabelNode();
        SlotFrame waiting = new SlotFrame(new ArrayList<>(), List.of());
        code.add(resume);
        code.add(emptyFrame());
        loadChild(code);
        code.add(new VarInsnNode(Opcodes.ASTORE, futureSlot));
        code.add(poll);
        code.add(moved(waiting, true));
        code.add(loadState());
        code.add(new VarInsnNode(Opcodes.ALOAD, futureSlot));
        code.add(new MethodInsnNode(
                Opcodes.INVOKEVIRTUAL,
                state.name,
                "returned",
                "(" + Names.FUTURE_DESC + ")" + Names.FUTURE_DESC,
                false));
        code.add(poll());
        code.add(new JumpInsnNode(Opcodes.IF_ACMPEQ, suspend));
        code.add(ended());
        code.add(new InsnNode(Opcodes.ARETURN));
        code.add(suspend);
        code.add(moved(waiting.push(Names.OBJECT), true));
        for (StateClass.Field field : state.references()) {
            if (isKeptByAll(field)) {
                clear(code, field);
            }
        }
        suspend(code, suspensions.size() + 1);
    }

    private FieldInsnNode put(StateClass.Field field) {
        return new FieldInsnNode(Opcodes.PUTFIELD, state.name, field.name(), field.descriptor());
    }

    // ------------------------------------------------------------------ the factory

    private void writeFactory() {
        InsnList code = new InsnList();
        LabelNode begin = new LabelNode(new Label());
        code.add(begin);
        if (entry.line > 0) {
            code.add(new LineNumberNode(entry.line, begin));
        }
        code.add(new TypeInsnNode(Opcodes.NEW, state.name));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(new MethodInsnNode(Opcodes.INVOKESPECIAL, state.name, "<init>", "()V", false));
        if (!isStatic) {
            code.add(new InsnNode(Opcodes.DUP));
            code.add(new VarInsnNode(Opcodes.ALOAD, 0));
            code.add(new FieldInsnNode(Opcodes.PUTFIELD, state.name, StateClass.SELF, "L" + owner + ";"));
        }
        for (Suspension.Kept kept : entry.locals) {
            if (kept.field() != null) {
                code.add(new InsnNode(Opcodes.DUP));
                code.add(new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ILOAD), kept.slot()));
                code.add(put(kept.field()));
            }
        }
        code.add(new InsnNode(Opcodes.ARETURN));
        method.instructions = code;
        method.tryCatchBlocks = new ArrayList<>();
        method.localVariables = null;
        method.visibleLocalVariableAnnotations = null;
        method.invisibleLocalVariableAnnotations = null;
        if (kind != Kind.FUTURE) {
            method.desc =
                    Type.getMethodDescriptor(Type.getObjectType(Names.FUTURE), Type.getArgumentTypes(method.desc));
        }
    }
}
