package pollux.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Finds await points by reading the class files that calls go to; no class is loaded. */
final class MarkedMethods implements AwaitPoints {

    /** Opens class files by internal name. */
    @FunctionalInterface
    interface ClassFiles {

        /** Returns the bytes of a class file, null if there is none of that name. */
        @Nullable
        InputStream open(String internalName) throws IOException;
    }

    private record Marked(
            Map<String, String> converters, @Nullable String superName) {}

    private static final Marked NONE = new Marked(Map.of(), null);

    private final ClassFiles files;
    private final Map<String, Marked> known = new HashMap<>();

    MarkedMethods(ClassFiles files) {
        this.files = files;
    }

    @Override
    public @Nullable String converter(String owner, String name, String descriptor) {
        String key = name + descriptor;
        for (String type = owner; type != null; ) {
            Marked marked = marked(type);
            String converter = marked.converters.get(key);
            if (converter != null) {
                return converter;
            }
            type = marked.superName;
        }
        return null;
    }

    private Marked marked(String type) {
        if (type.startsWith("java/") || type.startsWith("[")) {
            return NONE;
        }
        Marked marked = known.get(type);
        if (marked == null) {
            marked = read(type);
            known.put(type, marked);
        }
        return marked;
    }

    private Marked read(String type) {
        try (InputStream file = files.open(type)) {
            if (file == null) {
                return NONE;
            }
            Map<String, String> converters = new HashMap<>();
            ClassReader reader = new ClassReader(file);
            reader.accept(
                    new Marks(converters), ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return new Marked(converters, reader.getSuperName());
        } catch (IOException | IllegalArgumentException unreadable) {
            return NONE; // a class of the future or a broken jar: it cannot be one of the few that declare await points
        }
    }

    private static final class Marks extends ClassVisitor {

        private final Map<String, String> converters;

        Marks(Map<String, String> converters) {
            super(Opcodes.ASM9);
            this.converters = converters;
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public @Nullable AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
                    if (!annotation.equals(Names.AWAITS_DESC)) {
                        return null;
                    }
                    converters.put(name + descriptor, "");
                    return new AnnotationVisitor(Opcodes.ASM9) {
                        @Override
                        public void visit(String element, Object value) {
                            converters.put(name + descriptor, (String) value);
                        }
                    };
                }
            };
        }
    }
}
