package pollux.compiler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The class whose objects are the runs of one async method or block: fields for what is live across its awaits, and
 * bridges from {@code pollRaw} and {@code resume} to the code in the host class.
 *
 * <p>A field has exactly the verification type of the values it holds, so that none needs a cast, not even a type that
 * the host may not name. Awaits share fields: each takes the first free ones of the types it needs.
 */
final class StateClass {

    /** The field that holds {@code this} of the host method. */
    static final String SELF = "self";

    /** The field of all frames for what is waited for, which holds an argument until then. */
    static final Field CHILD = new Field("child", Names.OBJECT_DESC);

    /** Bytes of a frame without fields of its own: header, label and two references, as HotSpot lays them out. */
    private static final int BASE = 24;

    /** The method that suspends code which may have no frame yet. */
    static final String SUSPEND = "suspend";

    static final String SUSPEND_AT_DESC = "(" + Names.OBJECT_DESC + "L" + Names.CONTEXT + ";I)V";

    private static final String POLL_DESC = "(L" + Names.CONTEXT + ";)" + Names.OBJECT_DESC;

    final String name;
    private final List<Field> fields = new ArrayList<>();

    StateClass(String name) {
        this.name = name;
    }

    /** A field for values of one type. */
    record Field(String name, String descriptor) {

        boolean isReference() {
            return descriptor.length() > 1;
        }

        boolean isWide() {
            return descriptor.equals("J") || descriptor.equals("D");
        }
    }

    /** Hands out the fields of one await, from the first on. */
    final class Allocator {

        private final Map<String, Integer> taken = new HashMap<>();

        /** Returns another one that goes on from here. */
        Allocator copy() {
            Allocator copy = new Allocator();
            copy.taken.putAll(taken);
            return copy;
        }

        Field next(String descriptor) {
            int skip = taken.merge(descriptor, 1, Integer::sum) - 1;
            for (Field field : fields) {
                if (field.descriptor.equals(descriptor) && skip-- == 0) {
                    return field;
                }
            }
            Field field = new Field("v" + fields.size(), descriptor);
            fields.add(field);
            return field;
        }
    }

    Allocator allocator() {
        return new Allocator();
    }

    int fieldCount() {
        return fields.size();
    }

    /**
     * Removes a field if it makes the objects of this class larger: HotSpot rounds their sizes up to eight bytes.
     *
     * @param field a field
     * @param least how many fields are there for others, the first ones
     * @param hasSelf whether {@link #SELF} is a field, too
     * @return false if the field stays
     */
    boolean removeIfSmaller(Field field, int least, boolean hasSelf) {
        int bytes = BASE + (hasSelf ? 4 : 0);
        for (Field each : fields) {
            bytes += each.isWide() ? 8 : 4;
        }
        if (bytes % 8 == 0 || fields.indexOf(field) < least) {
            return false;
        }
        return fields.remove(field);
    }

    /** Where the code is, and what the frame has to know of it. */
    record Host(
            String owner,
            boolean isInterface,
            int version,
            String resume,
            String resumeDescriptor,
            boolean isInstance,
            int guarded,
            String source,
            DirectCalls.@Nullable Callee callee) {}

    byte[] write(Host host) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(
                host.version,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                name,
                null,
                Names.FRAME,
                null);
        if (host.isInstance) {
            writer.visitField(Opcodes.ACC_SYNTHETIC, SELF, "L" + host.owner + ";", null, null)
                    .visitEnd();
        }
        for (Field field : fields) {
            writer.visitField(Opcodes.ACC_SYNTHETIC, field.name, field.descriptor, null, null)
                    .visitEnd();
        }
        constructor(writer);
        pollRaw(writer, host);
        resume(writer, host);
        if (host.callee != null) {
            suspend(writer, host, host.callee.isCounted());
        }
        if (!references().isEmpty()) {
            forget(writer);
        }
        constant(writer, "guarded", Type.INT_TYPE, host.guarded);
        constant(writer, "source", Type.getType(String.class), host.source);
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static void constructor(ClassWriter writer) {
        MethodVisitor code = writer.visitMethod(0, "<init>", "()V", null, null);
        code.visitCode();
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, Names.FRAME, "<init>", "()V", false);
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    /** Runs the code directly, unless the frame is part of a chain, or about to start where the stack is too deep. */
    private void pollRaw(ClassWriter writer, Host host) {
        MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "pollRaw", POLL_DESC, null, null);
        Label start = new Label();
        Label chain = new Label();
        Label begin = new Label();
        Label end = new Label();
        Label failed = new Label();
        code.visitCode();
        Label resume = new Label();
        Label threw = new Label();
        code.visitTryCatchBlock(resume, start, threw, null);
        code.visitTryCatchBlock(begin, end, failed, null);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitFieldInsn(Opcodes.GETFIELD, name, "link", "L" + Names.FRAME + ";");
        code.visitJumpInsn(Opcodes.IFNONNULL, chain);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitFieldInsn(Opcodes.GETFIELD, name, "label", "I");
        code.visitJumpInsn(Opcodes.IFEQ, start);
        code.visitLabel(resume);
        run(code, host);
        code.visitInsn(Opcodes.ARETURN);
        code.visitLabel(start);
        code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.CONTEXT, "enter", "()Z", false);
        code.visitJumpInsn(Opcodes.IFEQ, chain);
        code.visitLabel(begin);
        run(code, host);
        code.visitLabel(end);
        leave(code);
        code.visitInsn(Opcodes.ARETURN);
        code.visitLabel(failed);
        code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/Throwable"});
        leave(code);
        Label over = new Label();
        code.visitJumpInsn(Opcodes.GOTO, over);
        code.visitLabel(threw);
        code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/Throwable"});
        code.visitInsn(Opcodes.NOP); // C1 compiles no method whose handler is also reached without an exception
        code.visitLabel(over);
        code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/Throwable"});
        ended(code);
        code.visitLabel(chain);
        code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, name, "pollChain", POLL_DESC, false);
        code.visitInsn(Opcodes.ARETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private static void leave(MethodVisitor code) {
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.CONTEXT, "leave", "()V", false);
    }

    private void resume(ClassWriter writer, Host host) {
        MethodVisitor code = writer.visitMethod(Opcodes.ACC_PROTECTED, "resume", POLL_DESC, null, null);
        Label begin = new Label();
        Label end = new Label();
        code.visitCode();
        code.visitTryCatchBlock(begin, end, end, null);
        code.visitLabel(begin);
        run(code, host);
        code.visitInsn(Opcodes.ARETURN);
        code.visitLabel(end);
        code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/Throwable"});
        ended(code);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    /**
     * Lets go of everything, also of what the code has left in the context if the stack ended before its frame took it,
     * and throws on what the code has thrown.
     */
    private void ended(MethodVisitor code) {
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.CONTEXT, "forgetSuspended", "()V", false);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, name, "ended", "()V", false);
        code.visitInsn(Opcodes.ATHROW);
    }

    private void forget(ClassWriter writer) {
        MethodVisitor code = writer.visitMethod(Opcodes.ACC_PROTECTED, "forget", "()V", null, null);
        code.visitCode();
        for (Field field : references()) {
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitInsn(Opcodes.ACONST_NULL);
            code.visitFieldInsn(Opcodes.PUTFIELD, name, field.name, field.descriptor);
        }
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private void run(MethodVisitor code, Host host) {
        if (host.isInstance) {
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitFieldInsn(Opcodes.GETFIELD, name, SELF, "L" + host.owner + ";");
        }
        Type[] parameters = Type.getArgumentTypes(host.resumeDescriptor);
        for (int i = 0; i < parameters.length - 2; i++) {
            code.visitInsn( // the code has its arguments from the fields
                    switch (parameters[i].getSort()) {
                        case Type.LONG -> Opcodes.LCONST_0;
                        case Type.FLOAT -> Opcodes.FCONST_0;
                        case Type.DOUBLE -> Opcodes.DCONST_0;
                        case Type.ARRAY, Type.OBJECT -> Opcodes.ACONST_NULL;
                        default -> Opcodes.ICONST_0;
                    });
        }
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ALOAD, 1);
        runHost(code, host);
    }

    private static void runHost(MethodVisitor code, Host host) {
        int call = host.isInstance ? Opcodes.INVOKEVIRTUAL : Opcodes.INVOKESTATIC;
        code.visitMethodInsn(call, host.owner, host.resume, host.resumeDescriptor, host.isInterface);
    }

    private void make(MethodVisitor code) {
        code.visitTypeInsn(Opcodes.NEW, name);
        code.visitInsn(Opcodes.DUP);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, name, "<init>", "()V", false);
    }

    String suspendDescriptor(@Nullable String self) {
        return "(" + Names.OBJECT_DESC + (self == null ? "" : "L" + self + ";") + "L" + name + ";L" + Names.CONTEXT
                + ";I)L" + name + ";";
    }

    /** Suspends the frame of code at its await; makes the frame if there is none. */
    private void suspend(ClassWriter writer, Host host, boolean isCounted) {
        String owner = host.isInstance ? host.owner : null;
        MethodVisitor code = writer.visitMethod(Opcodes.ACC_STATIC, SUSPEND, suspendDescriptor(owner), null, null);
        int frame = host.isInstance ? 2 : 1;
        Label made = new Label();
        code.visitCode();
        int awaited = frame + 3;
        code.visitVarInsn(Opcodes.ALOAD, frame);
        code.visitJumpInsn(Opcodes.IFNONNULL, made);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ALOAD, frame + 1);
        code.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                Names.FRAME,
                "waitsFor",
                "(" + Names.OBJECT_DESC + "L" + Names.CONTEXT + ";)" + Names.FUTURE_DESC,
                false);
        code.visitVarInsn(Opcodes.ASTORE, awaited);
        make(code);
        code.visitVarInsn(Opcodes.ASTORE, frame);
        if (host.isInstance) {
            code.visitVarInsn(Opcodes.ALOAD, frame);
            code.visitVarInsn(Opcodes.ALOAD, 1);
            code.visitFieldInsn(Opcodes.PUTFIELD, name, SELF, "L" + host.owner + ";");
        }
        code.visitVarInsn(Opcodes.ALOAD, frame);
        code.visitVarInsn(Opcodes.ALOAD, awaited);
        code.visitVarInsn(Opcodes.ILOAD, frame + 2);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, name, "suspendNew", "(" + Names.FUTURE_DESC + "I)V", false);
        if (isCounted) {
            code.visitVarInsn(Opcodes.ALOAD, frame + 1);
            code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.CONTEXT, "leave", "()V", false);
        }
        code.visitVarInsn(Opcodes.ALOAD, frame);
        code.visitInsn(Opcodes.ARETURN);
        code.visitLabel(made);
        code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        code.visitVarInsn(Opcodes.ALOAD, frame);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ALOAD, frame + 1);
        code.visitVarInsn(Opcodes.ILOAD, frame + 2);
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, name, "suspendAt", SUSPEND_AT_DESC, false);
        code.visitVarInsn(Opcodes.ALOAD, frame);
        code.visitInsn(Opcodes.ARETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private static void constant(ClassWriter writer, String method, Type type, Object value) {
        MethodVisitor code =
                writer.visitMethod(Opcodes.ACC_PROTECTED, method, Type.getMethodDescriptor(type), null, null);
        code.visitCode();
        code.visitLdcInsn(value);
        code.visitInsn(type.getOpcode(Opcodes.IRETURN));
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    /** Returns the fields that hold references, in order. */
    Collection<Field> references() {
        return fields.stream().filter(Field::isReference).toList();
    }
}
