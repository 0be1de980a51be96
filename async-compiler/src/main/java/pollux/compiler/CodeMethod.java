package pollux.compiler;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/** What the method is called that gets the code of an async method. */
final class CodeMethod {

    private CodeMethod() {}

    /**
     * Coverage tools count synthetic methods only if they are called lambda$…; javac's own lambdas are called so
     * already.
     */
    static String name(MethodNode method) {
        return (method.name.startsWith("lambda$") ? method.name : "lambda$" + method.name) + "$async";
    }

    /**
     * Returns its descriptor.
     *
     * @param host the class
     * @param method the async method
     * @param state the name of its state class
     * @param direct whether the code has the arguments of the method too
     */
    static String descriptor(ClassNode host, MethodNode method, String state, boolean direct) {
        StringBuilder descriptor = new StringBuilder("(");
        if (direct) {
            if (isStatic(host, method) && (method.access & Opcodes.ACC_STATIC) == 0) {
                descriptor.append('L').append(host.name).append(';');
            }
            descriptor.append(method.desc, 1, method.desc.indexOf(')'));
        }
        return descriptor
                .append("L" + state + ";L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC)
                .toString();
    }

    /** Tells whether it is static, as that of a method of an interface always is. */
    static boolean isStatic(ClassNode host, MethodNode method) {
        return ((host.access & Opcodes.ACC_INTERFACE) | (method.access & Opcodes.ACC_STATIC)) != 0;
    }
}
