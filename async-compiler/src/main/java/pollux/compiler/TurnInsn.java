package pollux.compiler;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/** Asks, before a direct call in a loop, whether the code may go on; leaves false if it has to suspend for its turn. */
final class TurnInsn extends MethodInsnNode {

    TurnInsn() {
        super(Opcodes.INVOKESTATIC, Names.FRAME, "turn", "()Z", false);
    }
}
