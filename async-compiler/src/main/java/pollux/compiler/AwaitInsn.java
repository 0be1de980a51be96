package pollux.compiler;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/** The one form that every await point is brought into: a future on the stack is replaced by its value. */
final class AwaitInsn extends MethodInsnNode {

    AwaitInsn() {
        super(Opcodes.INVOKESTATIC, Names.ASYNC, "await", Names.AWAIT_DESC, false);
    }
}
