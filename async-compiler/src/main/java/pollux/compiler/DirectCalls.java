package pollux.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The calls {@code await(f(args))} of async methods of the same class that no class can override: the code of both is
 * always compiled together. Such a call runs the code of f with the arguments, and no frame is made before it suspends.
 * If all that f does is to return a block that gets just its arguments, the code is that of the block.
 */
final class DirectCalls {

    /** The most slots that the parameters of a method take. */
    private static final int MOST_PARAMETERS = 255;

    /** So many calls inside of each other are counted as one on the stack, if they cannot recurse. */
    private static final int CALLS_OF_ONE_DEPTH = 8;

    /** The most awaits of a light method, with those of all that it calls. */
    private static final int MOST_AWAITS = 16;

    /** Of more calls that take turns, each is made as a future: a turn takes as much code as the call. */
    private static final int MOST_TURNS = 32;

    /**
     * A call that is awaited where it stands, and the one that takes its place.
     *
     * @param call the call
     * @param code that of the code of an async method, or of the library
     * @param callee the async method; null if the code is one of the library
     * @param finish what makes the value of its answer, or of that of its future; null if the answer is the value
     */
    record Target(
            MethodInsnNode call,
            MethodInsnNode code,
            @Nullable Callee callee,
            @Nullable MethodInsnNode finish) {

        /** Tells whether it is an async method: the answer may be a frame that waits. */
        boolean makesFrame() {
            return callee != null;
        }

        /** Tells whether its code asks for no budget and spends none, see {@link Callee#isLight}. */
        boolean isLight() {
            return callee != null && callee.isLight();
        }
    }

    private final ClassNode host;
    private final Map<String, Callee> callees = new HashMap<>();

    /** A method that may be called, and how. */
    static final class Callee {
        /** What is called in the source. */
        private final MethodNode method;

        /** What holds the code: the same, or the block that it returns. */
        private final MethodNode body;

        private final String state;
        private final List<Callee> calls = new ArrayList<>();
        private @Nullable MethodInsnNode call;
        private int height;
        private int awaits;
        private boolean isLight;
        private final @Nullable Object number;

        private Callee(MethodNode method, MethodNode body, String state) {
            this.method = method;
            this.body = body;
            this.state = state;
            this.number = method == body ? Numbers.returned(method) : null;
        }

        /** Returns the line of a method that returns a block, which no call of the block reaches; 0 if it has none. */
        int passedLine() {
            return method == body ? 0 : Code.firstLine(method);
        }

        /** Returns the type of the numbers that it answers without a box; null if it answers objects. */
        @Nullable
        Object number() {
            return number;
        }

        /** Returns one of the calls that are awaited where they stand; they all look the same. */
        MethodInsnNode call() {
            return Objects.requireNonNull(call);
        }

        /**
         * Tells whether each run of its code takes few awaits, whatever happens: it has no loop, cannot recurse, and
         * calls none that have or can. Such code spends nothing of the budget for calls and constants: what runs it
         * again and again does.
         */
        boolean isLight() {
            return isLight;
        }

        /** Tells whether its calls are counted on the stack: if they may recurse, and of others at some levels. */
        boolean isCounted() {
            return height % CALLS_OF_ONE_DEPTH == 0;
        }
    }

    /**
     * Knows the methods that may be called.
     *
     * @param host their class
     * @param states the methods that return futures and await, and the names of their state classes
     */
    DirectCalls(ClassNode host, Map<MethodNode, String> states) {
        this.host = host;
        states.forEach((method, state) -> callees.put(method.name + method.desc, new Callee(method, method, state)));
    }

    /**
     * Adds a block, if a method returns it that may be called. Not one that awaits in a loop: code that may have no
     * frame asks for it at each await, and the loop would pay for what is saved once.
     *
     * @param block what holds its code
     * @param state the name of its state class
     */
    void addBlock(MethodNode block, String state) {
        if (awaitsInLoop(block)) {
            return;
        }
        for (MethodNode method : host.methods) {
            if (returnsBlock(method, block)) {
                Callee callee = new Callee(method, block, state);
                callees.put(method.name + method.desc, callee);
                callees.put(block.name + block.desc, callee);
                return;
            }
        }
    }

    /** Tells whether all that a method does is {@code return async(block)}, with its arguments in their order. */
    private boolean returnsBlock(MethodNode method, MethodNode block) {
        boolean isStatic = (method.access & Opcodes.ACC_STATIC) != 0;
        if ((host.access & Opcodes.ACC_INTERFACE) != 0
                || (method.access & Opcodes.ACC_SYNCHRONIZED) != 0
                || isStatic != ((block.access & Opcodes.ACC_STATIC) != 0)
                || !method.desc.endsWith(")" + Names.FUTURE_DESC)
                || !Arrays.equals(Type.getArgumentTypes(method.desc), Type.getArgumentTypes(block.desc))) {
            return false;
        }
        int slot = 0;
        AbstractInsnNode insn = Code.real(method.instructions.getFirst());
        for (; insn instanceof VarInsnNode load && load.var == slot; insn = Code.real(insn.getNext())) {
            int opcode = load.getOpcode();
            slot += opcode == Opcodes.LLOAD || opcode == Opcodes.DLOAD ? 2 : 1;
        }
        return slot == parameters(method)
                && insn instanceof InvokeDynamicInsnNode site
                && Type.getReturnType(site.desc).getInternalName().equals(Names.BLOCK)
                && site.bsmArgs.length > 1
                && site.bsmArgs[1] instanceof Handle code
                && code.getOwner().equals(host.name)
                && code.getName().equals(block.name)
                && code.getDesc().equals(block.desc)
                && Code.real(site.getNext()) instanceof MethodInsnNode async
                && async.owner.equals(Names.ASYNC)
                && async.name.equals("async")
                && async.desc.equals("(L" + Names.BLOCK + ";)" + Names.FUTURE_DESC)
                && Code.real(async.getNext()) instanceof InsnNode end
                && end.getOpcode() == Opcodes.ARETURN;
    }

    /** Returns how a method is called directly; null if it is not. */
    @Nullable
    Callee calleeOf(MethodNode method) {
        Callee callee = callees.get(method.name + method.desc);
        return callee == null || callee.call == null ? null : callee;
    }

    /** Finds out which calls are counted, when all are marked. */
    void count() {
        boolean found = true;
        while (found) {
            found = false;
            for (Callee callee : callees.values()) {
                if (callee.height == 0 && callee.calls.stream().noneMatch(inner -> inner.height == 0)) {
                    callee.height = 1
                            + callee.calls.stream()
                                    .mapToInt(inner -> inner.height)
                                    .max()
                                    .orElse(0);
                    callee.awaits += callee.calls.stream()
                            .mapToInt(inner -> inner.awaits)
                            .sum();
                    callee.isLight = callee.awaits <= MOST_AWAITS
                            && callee.calls.stream().allMatch(Callee::isLight)
                            && !awaitsInLoop(callee.body);
                    found = true;
                }
            }
        } // those that are left at 0 may recurse
    }

    /** Marks the calls in a method whose awaits have been brought into the one form. */
    void mark(MethodNode method) {
        Map<AbstractInsnNode, SlotFrame> types = null;
        Callee caller = callees.get(method.name + method.desc);
        for (AbstractInsnNode insn : method.instructions) {
            if (!(insn instanceof AwaitInsn await)) {
                continue;
            }
            if (caller != null) {
                caller.awaits++;
            }
            if (!(Code.before(method, await) instanceof MethodInsnNode call)) {
                continue;
            }
            await.direct = LibraryCalls.target(call);
            Callee callee = callees.get(call.name + call.desc);
            if (callee == null || !call.owner.equals(host.name) || !isKnown(call, callee)) {
                continue;
            }
            if (call.getOpcode() != Opcodes.INVOKESTATIC) {
                if (types == null) {
                    types = new Code(method).types(host.name, any -> true);
                }
                if (!isOnThis(method, call, types)) {
                    continue;
                }
            }
            await.direct = new Target(call, code(callee), callee, null);
            callee.call = call;
            if (caller != null) {
                caller.calls.add(callee);
            }
        }
    }

    private static boolean awaitsInLoop(MethodNode method) {
        Code code = new Code(method);
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof AwaitInsn && code.isInCycle(insn)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes the calls of light methods in loops take turns: they are counted in a variable, and at each sixteenth the
     * code spends sixteen of the budget, or suspends. So the budget is in memory once in sixteen times.
     */
    void takeTurns(MethodNode method) {
        Code code = new Code(method);
        List<AwaitInsn> light = new ArrayList<>();
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof AwaitInsn await
                    && await.direct != null
                    && await.direct.isLight()
                    && code.isInCycle(insn)) {
                light.add(await);
            }
        }
        if (light.isEmpty()) {
            return;
        }
        Map<AbstractInsnNode, SlotFrame> types = code.types(host.name, any -> true);
        for (AwaitInsn await : light) {
            MethodInsnNode call = Objects.requireNonNull(await.direct).call();
            if (!types.containsKey(call)) {
                continue; // unreachable
            }
            AbstractInsnNode place = placeOfTurn(code, call, types);
            SlotFrame before = Objects.requireNonNull(types.get(place));
            if (light.size() > MOST_TURNS || !before.isPlain()) {
                await.direct = null; // too much code, or an object below that no field can hold
                continue;
            }
            LabelNode go = new LabelNode();
            InsnList turn = new InsnList();
            turn.add(new TurnInsn());
            turn.add(new JumpInsnNode(Opcodes.IFNE, go));
            turn.add(new FieldInsnNode(Opcodes.GETSTATIC, Names.FRAME, "NEXT_TURN", Names.FUTURE_DESC));
            turn.add(new AwaitInsn(true));
            turn.add(new InsnNode(Opcodes.POP));
            turn.add(go);
            turn.add(before.toNode());
            turn.add(new InsnNode(Opcodes.NOP)); // the call goes, and two frames may be at one place then
            method.instructions.insertBefore(place, turn);
        }
    }

    /**
     * Returns the place before a call with the fewest operands: those that the code in between only makes out of
     * variables and constants, with nothing that others could see or that throws, can as well be made later.
     */
    private static AbstractInsnNode placeOfTurn(
            Code code, MethodInsnNode call, Map<AbstractInsnNode, SlotFrame> types) {
        AbstractInsnNode place = call;
        int operands = Objects.requireNonNull(types.get(call)).stack().size();
        for (AbstractInsnNode insn = call.getPrevious(); insn != null; insn = insn.getPrevious()) {
            if (insn instanceof LabelNode label) {
                if (Code.isTarget(code.method, label)) {
                    break;
                }
                continue;
            }
            SlotFrame before = types.get(insn);
            if (before == null || !Code.isPure(insn) || !code.handlers(insn).equals(code.handlers(call))) {
                break;
            }
            if (before.stack().size() < operands) {
                operands = before.stack().size();
                place = insn;
            }
        }
        return place;
    }

    private MethodInsnNode code(Callee callee) {
        MethodNode method = callee.body;
        boolean isStatic = CodeMethod.isStatic(host, method);
        return new MethodInsnNode(
                isStatic ? Opcodes.INVOKESTATIC : Opcodes.INVOKEVIRTUAL,
                host.name,
                CodeMethod.name(method),
                CodeMethod.descriptor(host, method, callee.state, true),
                (host.access & Opcodes.ACC_INTERFACE) != 0);
    }

    /** Tells whether this call reaches this method, whatever classes there are. */
    private boolean isKnown(MethodInsnNode call, Callee called) {
        MethodNode callee = called.method;
        boolean isStatic = (callee.access & Opcodes.ACC_STATIC) != 0;
        if (isStatic != (call.getOpcode() == Opcodes.INVOKESTATIC)) {
            return false;
        }
        boolean isFinal =
                ((host.access | callee.access) & Opcodes.ACC_FINAL) != 0 || (callee.access & Opcodes.ACC_PRIVATE) != 0;
        return (isStatic || isFinal) && hasRoom(called.body);
    }

    /** Frame and context are two parameters more; a variable across the border to the other ones could not be moved. */
    private static boolean hasRoom(MethodNode callee) {
        int parameters = parameters(callee);
        if (parameters + 2 > MOST_PARAMETERS) {
            return false;
        }
        for (AbstractInsnNode insn : callee.instructions) {
            if (insn instanceof VarInsnNode variable
                    && variable.var == parameters - 1
                    && (variable.getOpcode() == Opcodes.LSTORE || variable.getOpcode() == Opcodes.DSTORE)) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many slots the parameters take, with the receiver. */
    static int parameters(MethodNode method) {
        int slots = Type.getArgumentsAndReturnSizes(method.desc) >> 2;
        return (method.access & Opcodes.ACC_STATIC) == 0 ? slots : slots - 1;
    }

    /**
     * Tells whether a call is one of {@code this}, which is not null: a direct call could not throw as the call does.
     * No jump may lead into its arguments, so that what stands before them is the receiver.
     */
    private boolean isOnThis(MethodNode method, MethodInsnNode call, Map<AbstractInsnNode, SlotFrame> types) {
        SlotFrame atCall = types.get(call);
        if (atCall == null || (method.access & Opcodes.ACC_STATIC) != 0) {
            return false;
        }
        int receiver = atCall.stack().size() - Type.getArgumentTypes(call.desc).length - 1;
        for (AbstractInsnNode insn = call.getPrevious(); insn != null; insn = insn.getPrevious()) {
            if (insn instanceof LabelNode label && Code.isTarget(method, label)) {
                return false;
            }
            if (insn.getOpcode() < 0) {
                continue;
            }
            SlotFrame before = types.get(insn);
            if (before == null || !Code.fallsThrough(insn)) {
                return false;
            }
            if (before.stack().size() <= receiver) {
                return before.stack().size() == receiver
                        && insn instanceof VarInsnNode variable
                        && variable.getOpcode() == Opcodes.ALOAD
                        && variable.var == 0
                        && !storesThis(method);
            }
        }
        return false;
    }

    private static boolean storesThis(MethodNode method) {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof VarInsnNode variable && variable.var == 0 && variable.getOpcode() >= Opcodes.ISTORE) {
                return true;
            }
        }
        return false;
    }
}
