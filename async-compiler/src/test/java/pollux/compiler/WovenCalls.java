package pollux.compiler;

import java.util.function.BiPredicate;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The calls that the methods of a woven class make. */
final class WovenCalls {

    private WovenCalls() {}

    /** Counts those whose owner and name are looked for. */
    static int count(byte[] woven, BiPredicate<String, String> wanted) {
        int[] found = {0};
        new ClassReader(woven)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] exceptions) {
                                return new MethodVisitor(Opcodes.ASM9) {
                                    @Override
                                    public void visitMethodInsn(
                                            int opcode, String owner, String called, String to, boolean isInterface) {
                                        found[0] += wanted.test(owner, called) ? 1 : 0;
                                    }
                                };
                            }
                        },
                        0);
        return found[0];
    }
}
