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

    /** Polls the future on the stack, jumps if the answer is pending, and leaves the answer. */
    InsnList poll(LabelNode pending) {
        InsnList code = new InsnList();
        code.add(new Slots.MovedVar(Opcodes.ALOAD, slots.first + 1));
        code.add(new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                Names.FRAME,
                "pollAwaited",
                "(" + Names.FUTURE_DESC + "L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC,
                false));
        code.add(new InsnNode(Opcodes.DUP));
        code.add(new FieldInsnNode(Opcodes.GETSTATIC, Names.RAW_FUTURE, "PENDING", Names.OBJECT_DESC));
        code.add(new JumpInsnNode(Opcodes.IF_ACMPEQ, pending));
        return code;
    }

    /** Notes the future in its slot as what is waited for, and returns pending. */
    InsnList suspend(int label) {
        InsnList pushed = new InsnList();
        Code.push(pushed, label);
        return suspend(pushed);
    }

    /** As the other, with the label in its slot. */
    InsnList suspendAtLabel() {
        InsnList loaded = new InsnList();
        loaded.add(new VarInsnNode(Opcodes.ILOAD, slots.label));
        return suspend(loaded);
    }

    private InsnList suspend(InsnList label) {
        InsnList code = new InsnList();
        code.add(load());
        code.add(new Slots.MovedVar(Opcodes.ALOAD, slots.future));
        code.add(label);
        code.add(call("suspend", "(" + Names.FUTURE_DESC + "I)" + Names.OBJECT_DESC));
        code.add(new InsnNode(Opcodes.ARETURN));
        return code;
    }
}
