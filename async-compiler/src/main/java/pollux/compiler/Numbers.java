package pollux.compiler;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/** The numbers that go from code to code without a box: an int, a long or a double, as ASM names these types. */
final class Numbers {

    private Numbers() {}

    /** Returns the number that is taken out of its box right behind an await; an object if none is. */
    static Object taken(AbstractInsnNode await) {
        return await.getNext() instanceof TypeInsnNode cast
                        && cast.getOpcode() == Opcodes.CHECKCAST
                        && cast.getNext() instanceof MethodInsnNode call
                        && call.owner.equals(cast.desc)
                ? switch (call.owner + "." + call.name) {
                    case "java/lang/Integer.intValue" -> Opcodes.INTEGER;
                    case "java/lang/Long.longValue" -> Opcodes.LONG;
                    case "java/lang/Double.doubleValue" -> Opcodes.DOUBLE;
                    default -> Names.OBJECT;
                }
                : Names.OBJECT;
    }

    /** Tells whether a value of whichever primitive type is taken out of its box right behind an await. */
    static boolean isUnboxed(AbstractInsnNode await) {
        return Code.real(await.getNext()) instanceof TypeInsnNode cast
                && cast.getOpcode() == Opcodes.CHECKCAST
                && Code.real(cast.getNext()) instanceof MethodInsnNode call
                && call.owner.equals(cast.desc)
                && switch (call.owner + "." + call.name) {
                    case "java/lang/Boolean.booleanValue",
                            "java/lang/Byte.byteValue",
                            "java/lang/Character.charValue",
                            "java/lang/Short.shortValue",
                            "java/lang/Integer.intValue",
                            "java/lang/Long.longValue",
                            "java/lang/Float.floatValue",
                            "java/lang/Double.doubleValue" -> true;
                    default -> false;
                };
    }

    /** Returns the number that each return of a method puts into a box; null if one returns anything else. */
    static @Nullable Object returned(MethodNode method) {
        Object number = null;
        for (AbstractInsnNode insn : method.instructions) {
            if (Code.isReturn(insn)) {
                MethodInsnNode ready = readyBefore(method, insn);
                Object boxed = ready == null ? null : boxed(Code.before(method, ready));
                if (boxed == null || number != null && boxed != number) {
                    return null;
                }
                number = boxed;
            }
        }
        return number;
    }

    /** Returns the call that makes a future of the value that is returned here; null if there is none. */
    static @Nullable MethodInsnNode readyBefore(MethodNode method, AbstractInsnNode insn) {
        return Code.before(method, insn) instanceof MethodInsnNode call
                        && call.owner.equals(Names.FUTURES)
                        && call.name.equals("ready")
                        && call.desc.equals("(" + Names.OBJECT_DESC + ")" + Names.FUTURE_DESC)
                ? call
                : null;
    }

    private static @Nullable Object boxed(@Nullable AbstractInsnNode insn) {
        return insn instanceof MethodInsnNode call
                ? switch (call.owner + "." + call.name + call.desc) {
                    case "java/lang/Integer.valueOf(I)Ljava/lang/Integer;" -> Opcodes.INTEGER;
                    case "java/lang/Long.valueOf(J)Ljava/lang/Long;" -> Opcodes.LONG;
                    case "java/lang/Double.valueOf(D)Ljava/lang/Double;" -> Opcodes.DOUBLE;
                    default -> null;
                }
                : null;
    }

    /** Returns how the methods of the library are called that have to do with a number, behind their names. */
    static String suffix(Object type) {
        return type == Opcodes.INTEGER ? "Int" : type == Opcodes.LONG ? "Long" : type == Opcodes.DOUBLE ? "Double" : "";
    }
}
