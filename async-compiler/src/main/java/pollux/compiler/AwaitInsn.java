package pollux.compiler;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/** The one form that every await point is brought into: a future on the stack is replaced by its value. */
final class AwaitInsn extends MethodInsnNode {

    /** The call whose future is awaited, if its code is known; set before anything else is moved. */
    DirectCalls.@Nullable Target direct;

    /** Whether it stands behind a {@link TurnInsn}. */
    final boolean isTurn;

    AwaitInsn() {
        this(false);
    }

    AwaitInsn(boolean isTurn) {
        super(Opcodes.INVOKESTATIC, Names.ASYNC, "await", Names.AWAIT_DESC, false);
        this.isTurn = isTurn;
    }
}
