package pollux.compiler;

import java.util.function.UnaryOperator;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Woven classes that are broken on purpose, for canaries. */
final class BrokenCode {

    private BrokenCode() {}

    /** Returns the class file with all its methods written through a visitor, which changes what it wants. */
    static byte[] of(byte[] woven, UnaryOperator<MethodVisitor> change) {
        ClassWriter written = new ClassWriter(0);
        new ClassReader(woven)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, written) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] exceptions) {
                                return change.apply(super.visitMethod(access, name, descriptor, signature, exceptions));
                            }
                        },
                        0);
        return written.toByteArray();
    }
}
