package pollux.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LocalVariableAnnotationNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Where the variables of a method are in its resume method: {@code this} stays at 0 in classes, and so do the arguments
 * of a method that is called directly; state and context follow, what a poll of the resumed await has answered or
 * thrown, the label of that await if there are {@link LoopEntries}, and the number of turns if any are taken;
 * everything else moves up. An instance method of an interface gets a static resume method, since it would have to be
 * public or private otherwise; {@code this} is then its first argument. The future of an await is in one more slot at
 * the end.
 */
final class Slots {

    /** The resume method is static; the receiver of the code, if there is one, is a local variable like any other. */
    final boolean isStatic;
    /** The first slot that moves up, which is also where the state is in the resume method. */
    final int first;

    /** The first slot that is restored when the code goes on. */
    final int restored;

    /** How the code is called with its arguments, without a state; null if it is not. */
    final DirectCalls.@Nullable Callee callee;

    /** The future of an await, in the resume method. */
    final int future;

    /** The label of an await in code that several share, in the resume method. */
    final int label;

    /** The budget before a direct call, in the resume method. */
    final int before;

    /** The label of the await that is resumed, on the way through its loops; 0 anywhere else. -1 if there are none. */
    final int resumed;

    /** What the poll of the resumed await has answered, up to the await; null anywhere else. -1 if none polls first. */
    final int outcome;

    /** What that poll has thrown, up to the await; null if nothing, and anywhere else. -1 as above. */
    final int failure;

    /** The first slot of operands on the way back to code that stands before, in the resume method. */
    private final int operands;

    /** How many calls of light methods have been made since the start or the last suspension; -1 if none is counted. */
    final int turns;

    /** By how much variables move up. */
    private final int added;

    /** What is at the same place all the time: {@code this} of a class; state and context. */
    private final List<Object> header = new ArrayList<>();

    private final SlotFrame arguments;
    private final SlotFrame begin;

    /**
     * Lays out a resume method.
     *
     * @param owner the class of the method
     * @param isInterface whether that is an interface
     * @param method the method, which gets no more variables from here on
     * @param state the state class
     * @param callee not null if the arguments stay where they are, before state and context
     * @param pollsFirst whether awaits are polled before the variables are back
     * @param hasLoops whether awaits are resumed through their loops
     * @param hasTurns whether it counts calls of light methods
     */
    Slots(
            String owner,
            boolean isInterface,
            MethodNode method,
            String state,
            DirectCalls.@Nullable Callee callee,
            boolean pollsFirst,
            boolean hasLoops,
            boolean hasTurns) {
        this.isStatic = isStatic(method, isInterface);
        this.restored = isStatic ? 0 : 1;
        this.callee = callee;
        this.first = callee != null ? DirectCalls.parameters(method) : restored;
        int next = first + 2;
        this.outcome = pollsFirst ? next++ : -1;
        this.failure = pollsFirst ? next++ : -1;
        this.resumed = hasLoops ? next++ : -1;
        this.turns = hasTurns ? next++ : -1;
        this.added = next - first;
        this.future = method.maxLocals + added;
        this.label = future + 1;
        this.before = label + 1;
        this.operands = before + 1;
        if (!isStatic) {
            header.add(owner);
        }
        header.add(state);
        header.add(Names.CONTEXT);
        if (pollsFirst) {
            header.add(Names.OBJECT);
            header.add("java/lang/Throwable");
        }
        if (hasLoops) {
            header.add(Opcodes.INTEGER);
        }
        if (hasTurns) {
            header.add(Opcodes.INTEGER);
        }
        arguments = callee != null ? SlotFrame.ofParameters(owner, method) : new SlotFrame(List.of(), List.of());
        begin = withHeader(arguments);
    }

    static boolean isStatic(MethodNode method, boolean isInterface) {
        return (method.access & Opcodes.ACC_STATIC) != 0 || isInterface;
    }

    /** Tells whether the code may be called with its arguments, without a state. */
    boolean isDirect() {
        return callee != null;
    }

    /** Where a variable of the source is in the resume method. */
    int moved(int slot) {
        return slot < first ? slot : slot + added;
    }

    /** The frame of the source, with state and context in it. */
    FrameNode moved(SlotFrame source) {
        return withHeader(source).toNode();
    }

    /** The frame of the source, with state, context and the awaited future in it. */
    FrameNode movedWithFuture(SlotFrame source) {
        return withHeader(source).with(future, Names.FUTURE).toNode();
    }

    /** The frame where several awaits are resumed, with the label of the await in it. */
    FrameNode atResume() {
        return withHeader(new SlotFrame(List.of(), List.of()))
                .with(label, Opcodes.INTEGER)
                .toNode();
    }

    /**
     * Puts the operands into variables. A jump back with operands on the stack is one where HotSpot tries to replace
     * the code while it runs, and fails; then it tries that nowhere else in the method.
     */
    InsnList keepOperands(SlotFrame source) {
        InsnList code = new InsnList();
        int slot = operands + source.stack().stream().mapToInt(Slots::size).sum();
        for (int i = source.stack().size() - 1; i >= 0; i--) {
            Object type = source.stack().get(i);
            slot -= size(type);
            code.add(new MovedVar(Code.carrier(type).getOpcode(Opcodes.ISTORE), slot));
        }
        return code;
    }

    /** Begins code behind {@link #keepOperands}: declares the frame there, and puts the operands back. */
    InsnList takeOperands(SlotFrame source, boolean withBudget) {
        InsnList code = new InsnList();
        SlotFrame frame = withHeader(source).withStack(List.of());
        if (withBudget) {
            frame = frame.with(before, Opcodes.INTEGER);
        }
        int slot = operands;
        for (Object type : source.stack()) {
            code.add(new MovedVar(Code.carrier(type).getOpcode(Opcodes.ILOAD), slot));
            frame = frame.with(slot, type);
            slot += size(type);
        }
        code.insert(frame.toNode());
        return code;
    }

    private static int size(Object type) {
        return SlotFrame.isWide(type) ? 2 : 1;
    }

    /** The frame where the code has thrown, with state, context and the failure in it. */
    FrameNode atFailure() {
        List<Object> locals = new ArrayList<>(Collections.nCopies(first, Opcodes.TOP));
        locals.addAll(header.subList(restored, header.size()));
        return new SlotFrame(locals, List.of("java/lang/Throwable")).toNode();
    }

    private SlotFrame withHeader(SlotFrame source) {
        List<Object> locals = new ArrayList<>(header.subList(0, restored));
        for (int slot = restored; slot < first; slot++) {
            locals.add(source.local(slot));
        }
        locals.addAll(header.subList(restored, header.size()));
        for (int slot = first; slot < source.locals().size(); slot++) {
            locals.add(source.local(slot));
        }
        return new SlotFrame(locals, source.stack());
    }

    /** The types of the source's variables at the begin of the resume method. */
    SlotFrame arguments() {
        return arguments;
    }

    /** The frame at the begin of the resume method, with operands. */
    FrameNode atBegin(Object... operands) {
        return begin.withStack(List.of(operands)).toNode();
    }

    /** An instruction whose slot is one of the resume method already. */
    static final class MovedVar extends VarInsnNode {
        MovedVar(int opcode, int slot) {
            super(opcode, slot);
        }
    }

    /** A frame whose slots are those of the resume method already. */
    static final class MovedFrame extends FrameNode {
        MovedFrame(FrameNode frame) {
            super(Opcodes.F_NEW, frame.local.size(), frame.local.toArray(), frame.stack.size(), frame.stack.toArray());
        }
    }

    /** Moves the slots of a method's code. */
    void move(MethodNode method) {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof VarInsnNode variable && !(insn instanceof MovedVar)) {
                variable.var = moved(variable.var);
            } else if (insn instanceof IincInsnNode increment) {
                increment.var = moved(increment.var);
            } else if (insn instanceof FrameNode frame && !(insn instanceof MovedFrame)) {
                FrameNode changed = moved(SlotFrame.of(frame));
                frame.local = changed.local;
                frame.stack = changed.stack;
            }
        }
        if (method.localVariables != null) {
            for (LocalVariableNode variable : method.localVariables) {
                variable.index = moved(variable.index);
            }
        }
        move(method.visibleLocalVariableAnnotations);
        move(method.invisibleLocalVariableAnnotations);
    }

    private void move(@Nullable List<LocalVariableAnnotationNode> annotations) {
        if (annotations != null) {
            annotations.forEach(annotation -> annotation.index.replaceAll(this::moved));
        }
    }
}
