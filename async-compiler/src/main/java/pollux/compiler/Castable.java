package pollux.compiler;

import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * To which types the code of a method may cast a value that was an argument and lay in {@link StateClass#CHILD}. A cast
 * that the source does not have must not fail where the source would run, so the type is one that the code names
 * already: its own class, a class whose members the method refers to, or a public one of the JDK.
 */
final class Castable {

    /** The types of fields whose values could be frames. What awaits a frame tells it from others by its class. */
    private static final Set<String> FRAMES = Set.of(
            Names.OBJECT,
            Names.FUTURE,
            Names.FRAME,
            "pollux/future/RawFuture",
            "pollux/future/Inspectable",
            "pollux/internal/bean/NotABean",
            "java/lang/Cloneable");

    private final Set<String> named = new HashSet<>();

    Castable(String owner, MethodNode method) {
        named.add(owner);
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof MethodInsnNode call) {
                named.add(call.owner);
            } else if (insn instanceof FieldInsnNode field) {
                named.add(field.owner);
            } else if (insn instanceof TypeInsnNode type) {
                named.add(type.desc);
            }
        }
    }

    /** Tells whether values of this type, an internal name or the descriptor of an array, may lie in that field. */
    boolean test(String type) {
        return !FRAMES.contains(type) && (named.contains(type) || isArrayOfNumbers(type) || isPublicOfJdk(type));
    }

    private static boolean isArrayOfNumbers(String type) {
        return type.startsWith("[") && Type.getType(type).getElementType().getSort() < Type.ARRAY;
    }

    private static boolean isPublicOfJdk(String type) {
        if (!type.startsWith("java/")) {
            return false;
        }
        try {
            Class<?> found = Class.forName(type.replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
            return Modifier.isPublic(found.getModifiers());
        } catch (ClassNotFoundException | LinkageError unknown) {
            return false;
        }
    }
}
