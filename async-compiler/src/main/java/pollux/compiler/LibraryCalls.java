package pollux.compiler;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * The calls {@code await(mutex.lock())} of methods of the library that take what is there without making their future:
 * for each of them the {@code AwaitedCalls} of its package has one that is called in its place. Their classes are
 * final, so no class of the user overrides them; an {@code Emitter} may be one of the user's, and is asked for its
 * future then.
 */
final class LibraryCalls {

    static final Set<String> METHODS = Set.of(
            "pollux/async/Emitter.emitting(Ljava/lang/Object;)",
            "pollux/sync/AsyncMutex.lock()",
            "pollux/sync/AsyncSemaphore.acquire()",
            "pollux/sync/AsyncSemaphore.acquire(I)",
            "pollux/sync/Notify.notified()",
            "pollux/sync/Receiver.receive()",
            "pollux/sync/Sender.reserve()",
            "pollux/sync/Sender.send(Ljava/lang/Object;)");

    private LibraryCalls() {}

    /** Returns what takes the place of a call that is awaited where it stands; null if nothing does. */
    static DirectCalls.@Nullable Target target(MethodInsnNode call) {
        boolean isEmitter = call.owner.equals(Names.EMITTER);
        int opcode = isEmitter ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
        if (call.getOpcode() != opcode || !call.desc.endsWith(")" + Names.FUTURE_DESC)) {
            return null;
        }
        String arguments = call.desc.substring(1, call.desc.indexOf(')'));
        return METHODS.contains(call.owner + "." + call.name + "(" + arguments + ")")
                ? new DirectCalls.Target(
                        call,
                        new MethodInsnNode(
                                Opcodes.INVOKESTATIC,
                                isEmitter ? Names.EMITTER_CALLS : Names.AWAITED_CALLS,
                                call.name,
                                "(L" + call.owner + ";" + arguments + "L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC,
                                false),
                        false)
                : null;
    }
}
