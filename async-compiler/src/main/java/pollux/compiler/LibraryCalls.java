package pollux.compiler;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * The calls {@code await(mutex.lock())} of methods of the library that take what is there without making their future:
 * for each of them the {@code AwaitedCalls} of its package has one that is called in its place. Their classes are
 * final, so no class of the user overrides them; an {@code Emitter} and an {@code AsyncIterator} may be the user's, and
 * are asked for their future then.
 *
 * <p>A call whose value is an object made for it has a finishing step: a call behind the place where the answers of the
 * first poll and of later ones meet. What is made in one place only, HotSpot may keep in registers.
 */
final class LibraryCalls {

    /** By the method, the name of the finishing step; empty if it has none. */
    static final Map<String, String> METHODS = Map.of(
            "pollux/async/AsyncIterator.advance()", "",
            "pollux/async/Emitter.emitting(Ljava/lang/Object;)", "",
            "pollux/future/Futures.yieldNow()", "",
            "pollux/sync/AsyncMutex.lock()", "locked",
            "pollux/sync/AsyncSemaphore.acquire()", "acquired",
            "pollux/sync/AsyncSemaphore.acquire(I)", "acquired",
            "pollux/sync/Notify.notified()", "",
            "pollux/sync/Receiver.receive()", "",
            "pollux/sync/Sender.reserve()", "",
            "pollux/sync/Sender.send(Ljava/lang/Object;)", "");

    private LibraryCalls() {}

    /** Returns what takes the place of a call that is awaited where it stands; null if nothing does. */
    static DirectCalls.@Nullable Target target(MethodInsnNode call) {
        String library = switch (call.getOpcode()) {
            case Opcodes.INVOKESTATIC -> Names.FUTURE_CALLS;
            case Opcodes.INVOKEINTERFACE -> Names.ASYNC_CALLS;
            default -> Names.AWAITED_CALLS;
        };
        if (!call.desc.endsWith(")" + Names.FUTURE_DESC)) {
            return null;
        }
        String arguments = call.desc.substring(1, call.desc.indexOf(')'));
        String finish = METHODS.get(call.owner + "." + call.name + "(" + arguments + ")");
        if (finish == null) {
            return null;
        }
        String receiver = library.equals(Names.FUTURE_CALLS) ? "" : "L" + call.owner + ";";
        return new DirectCalls.Target(
                call,
                call(library, call.name, receiver + arguments),
                null,
                finish.isEmpty() ? null : call(library, finish, Names.OBJECT_DESC));
    }

    /** Returns what takes the place of an await of {@code advance()} with which the loop takes its item. */
    static DirectCalls.Target advance(MethodInsnNode call) {
        MethodInsnNode code = call(Names.LOOP_CALLS, call.name, "L" + call.owner + ";");
        return new DirectCalls.Target(call, code, null, null);
    }

    /** Returns a call of what loops do with the answer of that await. */
    static MethodInsnNode inLoop(String name, String descriptor) {
        return new MethodInsnNode(Opcodes.INVOKESTATIC, Names.LOOP_CALLS, name, descriptor, false);
    }

    private static MethodInsnNode call(String library, String name, String arguments) {
        String descriptor = "(" + arguments + "L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC;
        return new MethodInsnNode(Opcodes.INVOKESTATIC, library, name, descriptor, false);
    }
}
