package pollux.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
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
     *                   f ⟵ stack; v = AsyncFrame.pollAwaited(f, state, cx, 1)
     *                   if (v == PENDING) goto suspend1; goto polled1
     *       poll1:      v = state.pollAgain(cx, 1); if (v == PENDING) goto suspend1
     *       polled1:    … code …                               a return stores ENDED first
     *       suspend1:   store operands and live locals; return PENDING
     *       resume1:    load them again; goto poll1
     *     }
     *
     * An await in a loop polls again before anything is loaded, so that the loop has no call of ours in it (ADR 78):
     *
     *       resume1:    try { outcome = state.pollAgain(cx, 1) } catch (Throwable t) { failure = t }
     *                   if (outcome == PENDING) return PENDING
     *                   load operands and live locals; goto poll1
     *       poll1:      v = AsyncFrame.outcome(outcome, failure), which throws the failure; both become null
     *
     * There the tests for PENDING, what keeps a failure and what loads stand before the code, where no line is, and so
     * does all that a turn takes (below): coverage would see branches on the line of the await that are not the user's.
     *
     * Where the code takes an int, long or double out of its box at once, v is that number, and state.label > 0 tells
     * that it is none. The two polls are apart, so that the future of the first, and a box, meet no other: see
     * AsyncFrame.
     *
     * Both polls, or what throws the failure of the later one, stand where the await stood, inside the exception ranges
     * of the user; so it is the await that throws. All else that is not the user's lies before or after the code,
     * outside of all ranges. A method that returns Future waits for what its code returns at `tail`, outside of the
     * ranges as well.
     *
     * Plan finds out what is kept at each await, Body replaces awaits and returns where they stand, Slots moves the
     * variables up to make room for state, cx and some more, ResumeMethod writes what lies around the code.
     *
     * A method that is called directly (DirectCalls), and a block that such a method only returns, has its arguments
     * before state and cx, and may have no state:
     *
     *     lambda$foo$async(arg0, …, State state, Context cx) {
     *         if (state != null) as above
     *         if (!cx.beginCall()) return AsyncFrame.pollCalled(foo(arg0, …), cx);
     *       body:       … code …
     *                   f ⟵ stack; v = AsyncFrame.pollAwaited(f, state, cx, 1); …
     *                   arguments of bar ⟵ stack; before = cx.budget();      an await of bar(…)
     *                   v = lambda$bar$async(…, null, cx)
     *                   if (AsyncFrame.isPending(v)) goto suspend2;   cx.spendSince(before)
     *       suspend1:   state = State.suspend(v, state, cx, 1)    makes it if there is none, and puts f into it
     *                   store operands and live locals; return state.suspended()
     *       failed:     AsyncFrame.failCall(state, cx); throw           a handler around all of it
     *
     * A state that is made here is returned in place of PENDING, and the caller's suspend2 puts it into its own.
     *
     * If each return of bar puts a number into a box, it has none without a state; null says where it is (Numbers):
     *
     *                   n ⟵ stack; return DirectNumbers.answerInt(n, state, cx)             a return of bar
     *                   v = lambda$bar$async(…, null, cx); n = DirectNumbers.takeInt(v, cx)
     *
     * If bar is light, its code asks for no budget and spends none (ADR 79). Its call spends one before, if foo is not
     * light. Calls in a loop take turns, so that budget is spent sixteen at a time:
     *
     *                   arguments of bar ⟵ stack
     *                   if (++turns % 16 == 0 && !cx.spendTurn()) await(NEXT_TURN)
     *                   v = lambda$bar$async(…, null, cx)
     *
     * Where a loop contains direct calls, resume1 does not jump into it but to its header, whose entry goes on to poll1
     * (LoopEntries):
     *
     *       resume1:    …; resumed = 1; load what is declared at the header; goto entry
     *       entry:      if (resumed == 0) goto header; resumed = 0; load the rest; goto poll1
     *
     * What the frames of the code declare but no code reads any more gets a default value in resume1, so that all
     * declared frames still hold.
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

    private final ClassNode host;
    private final MethodNode method;
    private final Kind kind;
    private final StateClass state;
    private final Slots slots;
    private final Plan plan;

    AsyncMethod(
            ClassNode host,
            MethodNode method,
            Kind kind,
            String stateName,
            AwaitPoints points,
            boolean keepAll,
            DirectCalls.@Nullable Callee callee) {
        this.host = host;
        this.method = method;
        this.kind = kind;
        this.state = new StateClass(stateName);
        AwaitingLoops.lower(host.name, method, points);
        NewRelocation.relocate(host.name, method);
        int restored = Slots.isStatic(method, isInterface()) ? 0 : 1;
        this.plan = Plan.of(host.name, method, kind, restored, state, keepAll, constants());
        boolean pollsFirst = plan.suspensions.stream().anyMatch(Suspension::isPolledFirst);
        boolean hasLoops = !plan.loops.isEmpty();
        this.slots = new Slots(host.name, isInterface(), method, stateName, callee, pollsFirst, hasLoops, takesTurns());
    }

    private Set<String> constants() {
        int constant = Opcodes.ACC_STATIC | Opcodes.ACC_FINAL;
        return host.fields.stream()
                .filter(field -> (field.access & constant) == constant)
                .map(field -> host.name + '.' + field.name + field.desc)
                .collect(Collectors.toSet());
    }

    private boolean takesTurns() {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof TurnInsn) {
                return true;
            }
        }
        return false;
    }

    private boolean isInterface() {
        return (host.access & Opcodes.ACC_INTERFACE) != 0;
    }

    /** Rewrites the method into the factory, and returns the method with its code. */
    MethodNode split() {
        MethodNode resume = new MethodNode(
                Opcodes.ASM9,
                resumeAccess(),
                CodeMethod.name(method),
                CodeMethod.descriptor(host, method, state.name, slots.isDirect()),
                null,
                null);
        List<LocalVariableNode> parameters = parameters();
        LocalVariableRanges.cut(method, plan);
        StateCode instructions = new StateCode(host.name, state, slots);
        Body body = new Body(method, plan, slots, instructions);
        body.rewrite(kind);
        plan.loops.redirect(method);
        new ResumeMethod(plan, slots, state, instructions).write(method, body.apart(), body.tail(), resume);
        writeFactory(instructions, parameters);
        return resume;
    }

    /** The parameters as debuggers know them, which the factory has too. */
    private List<LocalVariableNode> parameters() {
        int end = DirectCalls.parameters(method);
        AbstractInsnNode first = Code.real(method.instructions.getFirst());
        return method.localVariables == null
                ? List.of()
                : method.localVariables.stream()
                        .filter(variable -> variable.index < end && Code.real(variable.start) == first)
                        .toList();
    }

    private int resumeAccess() {
        int access = Opcodes.ACC_SYNTHETIC | method.access & Opcodes.ACC_STRICT;
        if (isInterface()) {
            return access | Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
        }
        return access | (slots.isStatic ? Opcodes.ACC_STATIC : Opcodes.ACC_FINAL);
    }

    private void writeFactory(StateCode instructions, List<LocalVariableNode> parameters) {
        InsnList code = new InsnList();
        LabelNode begin = new LabelNode(new Label());
        code.add(begin);
        if (plan.entry.line > 0) {
            code.add(new LineNumberNode(plan.entry.line, begin));
        }
        code.add(new TypeInsnNode(Opcodes.NEW, state.name));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(new MethodInsnNode(Opcodes.INVOKESPECIAL, state.name, "<init>", "()V", false));
        if (!slots.isStatic) {
            code.add(new InsnNode(Opcodes.DUP));
            code.add(new VarInsnNode(Opcodes.ALOAD, 0));
            code.add(new FieldInsnNode(Opcodes.PUTFIELD, state.name, StateClass.SELF, "L" + host.name + ";"));
        }
        for (Suspension.Kept kept : plan.entry.locals) {
            if (kept.field() != null) {
                code.add(new InsnNode(Opcodes.DUP));
                code.add(new VarInsnNode(Code.carrier(kept.type()).getOpcode(Opcodes.ILOAD), kept.slot()));
                code.add(instructions.put(kept.field()));
            }
        }
        code.add(new InsnNode(Opcodes.ARETURN));
        LabelNode end = new LabelNode();
        code.add(end);
        method.instructions = code;
        method.tryCatchBlocks = new ArrayList<>();
        method.localVariables = new ArrayList<>();
        parameters.forEach(p ->
                method.localVariables.add(new LocalVariableNode(p.name, p.desc, p.signature, begin, end, p.index)));
        method.visibleLocalVariableAnnotations = null;
        method.invisibleLocalVariableAnnotations = null;
        if (kind != Kind.FUTURE) {
            method.desc =
                    Type.getMethodDescriptor(Type.getObjectType(Names.FUTURE), Type.getArgumentTypes(method.desc));
        }
    }

    byte[] stateClass(MethodNode resume) {
        int guarded = (int) plan.suspensions.stream().filter(s -> s.guarded).count();
        StringBuilder lines = new StringBuilder().append(plan.entry.line);
        for (Suspension suspension : plan.suspensions) {
            lines.append(',').append(suspension.line);
        }
        String source = host.name.replace('/', '.') + "|" + Weaver.baseName(method.name) + "|"
                + (host.sourceFile == null ? "" : host.sourceFile) + "|" + lines;
        return state.write(new StateClass.Host(
                host.name,
                isInterface(),
                host.version,
                resume.name,
                resume.desc,
                !slots.isStatic,
                guarded,
                source,
                slots.callee));
    }
}
