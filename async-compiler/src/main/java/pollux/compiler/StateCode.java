package pollux.compiler;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** The instructions by which a resume method speaks to its state, and polls. */
final class StateCode {

    private final StateClass state;
    private final Slots slots;

    StateCode(StateClass state, Slots slots) {
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
        code.add(call("ended", "()V"));
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
        code.add(new InsnNode(Opcodes.SWAP));
        addPoll(code, "pollAwaited", Names.FUTURE_DESC, answer, label);
        return code;
    }

    /** Polls the future that is waited for, and leaves the answer. */
    InsnList pollAgain(Object answer, int label) {
        InsnList code = new InsnList();
        code.add(load());
        addPoll(code, "pollAgain", "", answer, label);
        return code;
    }

    private void addPoll(InsnList code, String method, String future, Object answer, int label) {
        code.add(new Slots.MovedVar(Opcodes.ALOAD, slots.first + 1));
        Code.push(code, label);
        String suffix = answer == Opcodes.INTEGER
                ? "Int"
                : answer == Opcodes.LONG ? "Long" : answer == Opcodes.DOUBLE ? "Double" : "";
        code.add(call(method + suffix, "(" + future + "L" + Names.CONTEXT + ";I)" + SlotFrame.descriptor(answer)));
    }

    /** Jumps if the answer on the stack is pending, and leaves it there. */
    InsnList jumpIfPending(Object answer, LabelNode pending) {
        InsnList code = new InsnList();
        if (answer == Names.OBJECT) {
            code.add(new InsnNode(Opcodes.DUP));
            code.add(pushPending());
            code.add(new JumpInsnNode(Opcodes.IF_ACMPEQ, pending));
        } else {
            code.add(load());
            code.add(get("label", "I"));
            code.add(new JumpInsnNode(Opcodes.IFGT, pending));
        }
        return code;
    }

    /** Returns pending; the frame is suspended. */
    InsnList returnPending() {
        InsnList code = new InsnList();
        code.add(pushPending());
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
