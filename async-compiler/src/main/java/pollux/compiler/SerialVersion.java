package pollux.compiler;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.SerialVersionUIDAdder;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;

/**
 * Keeps the default serial version of a class as it was before it was woven. The JVM computes it from all methods that
 * are not private, synthetic ones too, and a resume method cannot be private: its state class calls it.
 */
final class SerialVersion extends SerialVersionUIDAdder {

    private final ClassNode host;

    private SerialVersion(ClassNode host) {
        super(Opcodes.ASM9, null);
        this.host = host;
    }

    /** Gives a class that declares no serial version the one that its unwoven class file has by default. */
    static void keep(ClassNode host, byte[] unwoven) {
        if ((host.access & (Opcodes.ACC_ENUM | Opcodes.ACC_RECORD | Opcodes.ACC_INTERFACE)) == 0) {
            new ClassReader(unwoven)
                    .accept(
                            new SerialVersion(host),
                            ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        }
    }

    /** Called only if the class declares none. */
    @Override
    protected void addSVUID(long version) {
        int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL | Opcodes.ACC_SYNTHETIC;
        host.fields.add(new FieldNode(Opcodes.ASM9, access, "serialVersionUID", "J", null, version));
    }
}
