package pollux.compiler;

import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/** The instructions by which a resume method speaks to its state, and polls. */
final class StateCode {

    private static final String POLL_AWAITED = "(" + Names.FUTURE_DESC + "L" + Names.FRAME + ";";

    /** So many calls of light methods are counted at once: {@code Context.TURN}. */
    private static final int TURN = 16;

    private final String host;
    private final StateClass state;
    private final Slots slots;

    StateCode(String host, StateClass state, Slots slots) {
        this.host = host;
        this.state = state;
        this.slots = slots;
    }

    VarInsnNode load() {
        return new Slots.MovedVar(Opcodes.ALOAD, slots.first);
    }

    /** Stores a label. */
    InsnList label(int label) {
        InsnList code = new InsnList();
        code.add(load());
        Code.push(code, label);
        code.add(new FieldInsnNode(Opcodes.PUTFIELD, state.name, "label", "I"));
        return code;
    }

    /** Notes that the code has returned. */
    InsnList ended() {
        InsnList code = new InsnList();
        code.add(load());
        if (slots.callee == null) {
            code.add(call("ended", "()V"));
        } else if (slots.callee.isCounted()) {
            code.add(loadContext());
            code.add(callStatic("endCounted", "(L" + Names.FRAME + ";L" + Names.CONTEXT + ";)V"));
        } else {
            code.add(callStatic("endIfAny", "(L" + Names.FRAME + ";)V"));
        }
        return code;
    }

    /** Makes the answer of a number, which the code returns. */
    InsnList answer(Object number) {
        InsnList code = new InsnList();
        code.add(load());
        code.add(loadContext());
        code.add(callNumbers(
                "answer" + Numbers.suffix(number),
                "(" + SlotFrame.descriptor(number) + "L" + Names.FRAME + ";L" + Names.CONTEXT + ";)"
                        + Names.OBJECT_DESC));
        return code;
    }

    /** Checks that the answer on the stack is not null, as a direct call answers if its number is elsewhere. */
    MethodInsnNode checkNumber() {
        return callNumbers("notNull", "(" + Names.OBJECT_DESC + ")" + Names.OBJECT_DESC);
    }

    /**
     * Checks that the answer on the stack, which is taken out of its box next, is not null. The JVM would name a method
     * that is not in the source.
     *
     * @param awaited what the message calls the future
     */
    InsnList checkBox(String awaited) {
        InsnList code = new InsnList();
        code.add(new LdcInsnNode(awaited));
        code.add(callNumbers("notNull", "(" + Names.OBJECT_DESC + "Ljava/lang/String;)" + Names.OBJECT_DESC));
        return code;
    }

    /** Takes the number of the answer on the stack, out of its box or into one. */
    InsnList takeNumber(Object number, boolean isTaken) {
        InsnList code = new InsnList();
        code.add(loadContext());
        code.add(callNumbers(
                (isTaken ? "take" : "box") + Numbers.suffix(number),
                "(" + Names.OBJECT_DESC + "L" + Names.CONTEXT + ";)"
                        + (isTaken ? SlotFrame.descriptor(number) : Names.OBJECT_DESC)));
        return code;
    }

    FieldInsnNode get(String field, String descriptor) {
        return new FieldInsnNode(Opcodes.GETFIELD, state.name, field, descriptor);
    }

    FieldInsnNode put(StateClass.Field field) {
        return new FieldInsnNode(Opcodes.PUTFIELD, state.name, field.name(), field.descriptor());
    }

    InsnList clear(StateClass.Field field) {
        InsnList code = new InsnList();
        code.add(load());
        code.add(new InsnNode(Opcodes.ACONST_NULL));
        code.add(put(field));
        return code;
    }

    MethodInsnNode call(String method, String descriptor) {
        return new MethodInsnNode(Opcodes.INVOKEVIRTUAL, state.name, method, descriptor, false);
    }

    /** Polls the future on the stack for the first time, and leaves the answer. */
    InsnList pollAwaited(Object answer, int label) {
        InsnList code = new InsnList();
        code.add(load());
        code.add(loadContext());
        Code.push(code, label);
        String method = isLight() ? "pollWithin" : "pollAwaited";
        code.add(callStatic(method + Numbers.suffix(answer), POLL_AWAITED + arguments(answer)));
        return code;
    }

    /** Polls the future that is waited for, and leaves the answer. */
    InsnList pollAgain(Object answer, int label) {
        InsnList code = new InsnList();
        code.add(load());
        code.add(loadContext());
        Code.push(code, label);
        code.add(call("pollAgain" + Numbers.suffix(answer), "(" + arguments(answer)));
        return code;
    }

    /** Leaves what the poll of the resumed await has answered, or throws what it has thrown. */
    InsnList takeOutcome(Object answer) {
        InsnList code = new InsnList();
        code.add(new Slots.MovedVar(Opcodes.ALOAD, slots.outcome));
        code.add(new Slots.MovedVar(Opcodes.ALOAD, slots.failure));
        code.add(new InsnNode(Opcodes.ACONST_NULL));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(new Slots.MovedVar(Opcodes.ASTORE, slots.outcome));
        code.add(new Slots.MovedVar(Opcodes.ASTORE, slots.failure));
        code.add(outcome(answer));
        return code;
    }

    private static MethodInsnNode outcome(Object answer) {
        String descriptor = "(" + Names.OBJECT_DESC + "Ljava/lang/Throwable;)" + SlotFrame.descriptor(answer);
        return callStatic("outcome" + Numbers.suffix(answer), descriptor);
    }

    private boolean isLight() {
        return slots.callee != null && slots.callee.isLight();
    }

    private static String arguments(Object answer) {
        return "L" + Names.CONTEXT + ";I)" + SlotFrame.descriptor(answer);
    }

    /** Jumps if the answer on the stack is pending, and leaves it there. */
    InsnList jumpIfPending(Object answer, LabelNode pending) {
        InsnList code = new InsnList();
        if (answer == Names.OBJECT) {
            code.add(new InsnNode(Opcodes.DUP));
            code.add(pushPending());
            code.add(new JumpInsnNode(Opcodes.IF_ACMPEQ, pending));
        } else if (slots.isDirect()) {
            code.add(load());
            code.add(loadContext());
            code.add(callStatic("isPending", "(L" + Names.FRAME + ";L" + Names.CONTEXT + ";)Z"));
            code.add(new JumpInsnNode(Opcodes.IFNE, pending));
        } else {
            code.add(load());
            code.add(get("label", "I"));
            code.add(new JumpInsnNode(Opcodes.IFGT, pending));
        }
        return code;
    }

    /**
     * Calls the code of another method, or of the library; its arguments are on the stack. A call of a light method is
     * a step in code that is not light itself, which may have any number of them.
     *
     * @param isInLoop whether light calls take turns here, which counts them
     */
    InsnList callDirectly(DirectCalls.Target target, boolean isInLoop) {
        InsnList code = new InsnList();
        if (target.makesFrame()) {
            if (!target.isLight()) {
                code.add(loadContext());
                code.add(callContext("budget", "()I"));
                code.add(new Slots.MovedVar(Opcodes.ISTORE, slots.before));
            } else if (!isInLoop && !isLight()) {
                code.add(loadContext());
                code.add(callContext("spend", "()V"));
            }
            code.add(new InsnNode(Opcodes.ACONST_NULL));
        }
        code.add(loadContext());
        code.add(target.code());
        return code;
    }

    /**
     * Counts a call of a light method, and goes on with it unless it is one in {@code TURN}; then it leaves whether the
     * budget has room for them.
     */
    InsnList turn(LabelNode go) {
        InsnList code = new InsnList();
        code.add(new Slots.MovedVar(Opcodes.ILOAD, slots.turns));
        code.add(new InsnNode(Opcodes.ICONST_1));
        code.add(new InsnNode(Opcodes.IADD));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(new Slots.MovedVar(Opcodes.ISTORE, slots.turns));
        Code.push(code, TURN - 1);
        code.add(new InsnNode(Opcodes.IAND));
        code.add(new JumpInsnNode(Opcodes.IFNE, go));
        code.add(loadContext());
        code.add(callContext("spendTurn", "()Z"));
        return code;
    }

    /** Makes the value of the answer on the stack. */
    InsnList finish(MethodInsnNode finish) {
        InsnList code = new InsnList();
        code.add(loadContext());
        code.add(finish);
        return code;
    }

    /**
     * Begins without a state, if there is room for one more call. If not, the answer is that of a poll of the future
     * that the method returns, which knows what to do then.
     */
    InsnList begin(DirectCalls.Callee callee, MethodNode method, LabelNode body) {
        InsnList code = new InsnList();
        MethodInsnNode call = callee.call();
        if (callee.isLight() && !callee.isCounted()) {
            code.add(new JumpInsnNode(Opcodes.GOTO, body));
            return code;
        }
        code.add(loadContext());
        code.add(callContext(callee.isLight() ? "enter" : callee.isCounted() ? "beginCall" : "hasBudget", "()Z"));
        code.add(new JumpInsnNode(Opcodes.IFNE, body));
        int slot = 0;
        if (call.getOpcode() != Opcodes.INVOKESTATIC) {
            code.add(new Slots.MovedVar(Opcodes.ALOAD, slot++));
        }
        for (Type argument : Type.getArgumentTypes(method.desc)) {
            code.add(new Slots.MovedVar(argument.getOpcode(Opcodes.ILOAD), slot));
            slot += argument.getSize();
        }
        code.add(call.clone(Map.of()));
        code.add(loadContext());
        code.add(callStatic("pollCalled", "(" + Names.FUTURE_DESC + "L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC));
        if (callee.number() != null) {
            code.add(checkNumber());
        }
        code.add(new InsnNode(Opcodes.ARETURN));
        return code;
    }

    /** Goes on with a failure of the code, the only operand: where it has no state, a direct call ends here. */
    InsnList fail(DirectCalls.Callee callee) {
        InsnList code = new InsnList();
        if (callee.isCounted()) {
            code.add(load());
            code.add(loadContext());
            code.add(callStatic("leaveCall", "(L" + Names.FRAME + ";L" + Names.CONTEXT + ";)V"));
        }
        if (callee.isLight()) {
            code.add(loadContext());
            code.add(callContext("forgetSuspended", "()V"));
        } else {
            code.add(load());
            code.add(loadContext());
            code.add(callStatic("failCall", "(L" + Names.FRAME + ";L" + Names.CONTEXT + ";)V"));
        }
        code.add(new InsnNode(Opcodes.ATHROW));
        return code;
    }

    /**
     * Jumps if the answer on the stack, of a direct call, is pending, and leaves it there.
     *
     * @param callee what is called
     */
    InsnList jumpIfCallPending(LabelNode pending, DirectCalls.Callee callee) {
        InsnList code = new InsnList();
        code.add(new InsnNode(Opcodes.DUP));
        String descriptor = "(" + Names.OBJECT_DESC + ")Z";
        code.add(callee.number() == null ? callStatic("isPending", descriptor) : callNumbers("isPending", descriptor));
        code.add(new JumpInsnNode(Opcodes.IFNE, pending));
        if (!callee.isLight()) {
            code.add(loadContext());
            code.add(new Slots.MovedVar(Opcodes.ILOAD, slots.before));
            code.add(callContext("spendSince", "(I)V"));
        }
        return code;
    }

    /** Takes the answer from the stack; where nothing has suspended the frame yet, this does, and makes it. */
    InsnList suspend(Object answer, int label, boolean called) {
        InsnList code = new InsnList();
        if (!slots.isDirect() && !called) {
            code.add(new InsnNode(SlotFrame.isWide(answer) ? Opcodes.POP2 : Opcodes.POP));
            return code;
        }
        if (answer != Names.OBJECT) {
            code.add(new InsnNode(SlotFrame.isWide(answer) ? Opcodes.POP2 : Opcodes.POP));
            code.add(pushPending());
        }
        if (slots.isDirect() && !slots.isStatic) {
            code.add(new VarInsnNode(Opcodes.ALOAD, 0));
        }
        code.add(load());
        if (!slots.isDirect()) {
            code.add(new InsnNode(Opcodes.SWAP));
        }
        code.add(loadContext());
        Code.push(code, label);
        if (slots.isDirect()) {
            code.add(new MethodInsnNode(
                    Opcodes.INVOKESTATIC,
                    state.name,
                    StateClass.SUSPEND,
                    state.suspendDescriptor(slots.isStatic ? null : host),
                    false));
            code.add(new Slots.MovedVar(Opcodes.ASTORE, slots.first));
        } else {
            code.add(call("suspendAt", StateClass.SUSPEND_AT_DESC));
        }
        return code;
    }

    private static MethodInsnNode callContext(String method, String descriptor) {
        return new MethodInsnNode(Opcodes.INVOKEVIRTUAL, Names.CONTEXT, method, descriptor, false);
    }

    private static MethodInsnNode callNumbers(String method, String descriptor) {
        return new MethodInsnNode(Opcodes.INVOKESTATIC, Names.NUMBERS, method, descriptor, false);
    }

    private VarInsnNode loadContext() {
        return new Slots.MovedVar(Opcodes.ALOAD, slots.first + 1);
    }

    static MethodInsnNode callStatic(String method, String descriptor) {
        return new MethodInsnNode(Opcodes.INVOKESTATIC, Names.FRAME, method, descriptor, false);
    }

    /** Returns pending; the frame is suspended. */
    InsnList returnPending() {
        InsnList code = new InsnList();
        if (slots.isDirect()) {
            code.add(load());
            code.add(call("suspended", "()" + Names.OBJECT_DESC));
        } else {
            code.add(pushPending());
        }
        code.add(new InsnNode(Opcodes.ARETURN));
        return code;
    }

    /**
     * Names the class of all frames, which inherits the constant: minimizeJar of maven-shade-plugin skips classes with
     * a hyphen in their name, as that of the state, and would find no other use of it.
     */
    private static FieldInsnNode pushPending() {
        return new FieldInsnNode(Opcodes.GETSTATIC, Names.FRAME, "PENDING", Names.OBJECT_DESC);
    }
}
