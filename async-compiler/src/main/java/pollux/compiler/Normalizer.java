package pollux.compiler;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/** Replaces calls of await points: the converter, then an {@link AwaitInsn}, then the value as the call returned it. */
final class Normalizer {

    private final AwaitPoints points;

    Normalizer(AwaitPoints points) {
        this.points = points;
    }

    /** Returns the converter if this instruction calls an await point, else null. */
    @Nullable
    String converter(AbstractInsnNode insn) {
        return insn instanceof MethodInsnNode call ? points.converter(call.owner, call.name, call.desc) : null;
    }

    /** Brings all calls of a method into the one form. */
    void normalize(MethodNode method) {
        for (AbstractInsnNode insn : method.instructions.toArray()) {
            String converter = converter(insn);
            if (converter != null) {
                replace(method, (MethodInsnNode) insn, converter);
            }
        }
    }

    private static void replace(MethodNode method, MethodInsnNode call, String converter) {
        InsnList code = new InsnList();
        Type[] arguments = Type.getArgumentTypes(call.desc);
        if (converter.isEmpty()) {
            if (arguments.length == 0 || !arguments[0].getDescriptor().equals(Names.FUTURE_DESC)) {
                throw new WeaveException(Texts.noConverter(call.owner, call.name), Code.line(call));
            }
            for (int i = arguments.length - 1; i > 0; i--) {
                code.add(new InsnNode(arguments[i].getSize() == 2 ? Opcodes.POP2 : Opcodes.POP));
            }
        } else {
            String descriptor = Type.getMethodDescriptor(Type.getObjectType(Names.FUTURE), arguments);
            code.add(new MethodInsnNode(call.getOpcode(), call.owner, converter, descriptor, call.itf));
        }
        code.add(new AwaitInsn());
        adapt(code, Type.getReturnType(call.desc));
        method.instructions.insertBefore(call, code);
        method.instructions.remove(call);
    }

    /** Appends what turns the awaited object into a value of a type. */
    static void adapt(InsnList code, Type type) {
        switch (type.getSort()) {
            case Type.VOID -> code.add(new InsnNode(Opcodes.POP));
            case Type.ARRAY -> code.add(new TypeInsnNode(Opcodes.CHECKCAST, type.getInternalName()));
            case Type.OBJECT -> {
                if (!type.getInternalName().equals(Names.OBJECT)) {
                    code.add(new TypeInsnNode(Opcodes.CHECKCAST, type.getInternalName()));
                }
            }
            default -> unbox(code, type);
        }
    }

    private static void unbox(InsnList code, Type type) {
        String box = switch (type.getSort()) {
            case Type.BOOLEAN -> "Boolean";
            case Type.BYTE -> "Byte";
            case Type.CHAR -> "Character";
            case Type.SHORT -> "Short";
            case Type.INT -> "Integer";
            case Type.LONG -> "Long";
            case Type.FLOAT -> "Float";
            default -> "Double";
        };
        String owner = "java/lang/" + box;
        code.add(new TypeInsnNode(Opcodes.CHECKCAST, owner));
        code.add(new MethodInsnNode(
                Opcodes.INVOKEVIRTUAL, owner, type.getClassName() + "Value", "()" + type.getDescriptor(), false));
    }
}
