package pollux.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    /** A method; its converter is null if it is no await point. */
    private record Method(@Nullable String converter) {}

    /**
     * The methods that a class declares itself, by name and descriptor, and the classes that it inherits others from.
     */
    private record Declared(Map<String, Method> methods, List<String> parents) {}

    private static final Declared NONE = new Declared(Map.of(), List.of());

    private final ClassFiles files;
    private final Map<String, Declared> known = new HashMap<>();
    private final Set<String> missing = new TreeSet<>();
    private final Set<String> left = new HashSet<>();

    MarkedMethods(ClassFiles files) {
        this.files = files;
    }

    @Override
    public @Nullable String converter(String owner, String name, String descriptor) {
        Method method = find(owner, name + descriptor);
        return method == null ? null : method.converter;
    }

    @Override
    public boolean isAsyncIterable(String type) {
        return type.equals(Names.ASYNC_ITERABLE)
                || declared(type).parents.stream().anyMatch(this::isAsyncIterable);
    }

    @Override
    public boolean isLibraryNewEnough() {
        try (InputStream file = files.open(Names.NEWEST)) {
            return file != null;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Leaves what cannot be woven in classes, given by their names, and in those inside of them. */
    void leave(List<String> classes) {
        classes.forEach(name -> left.add(name.trim().replace('.', '/')));
    }

    @Override
    public boolean leavesSome(String owner) {
        return left.stream().anyMatch(name -> owner.equals(name) || owner.startsWith(name + "$"));
    }

    /** Tells whether objects of a class can be serialized, as far as its parents are on the class path. */
    boolean isSerializable(String type) {
        if (!type.startsWith("java/")) {
            return declared(type).parents.stream().anyMatch(this::isSerializable);
        }
        try {
            Class<?> known = Class.forName(type.replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
            return Serializable.class.isAssignableFrom(known);
        } catch (ClassNotFoundException | LinkageError newer) {
            return false;
        }
    }

    /** Returns the method that a class has: its own, or else the one it inherits, from its superclass first. */
    private @Nullable Method find(String type, String method) {
        Declared declared = declared(type);
        Method found = declared.methods.get(method);
        for (String parent : declared.parents) {
            if (found == null) {
                found = find(parent, method);
            }
        }
        return found;
    }

    private Declared declared(String type) {
        if (type.startsWith("java/") || type.startsWith("[")) {
            return NONE;
        }
        Declared declared = known.get(type);
        if (declared == null) {
            declared = read(type);
            known.put(type, declared);
        }
        return declared;
    }

    private Declared read(String type) {
        try (InputStream file = files.open(type)) {
            if (file == null) {
                if (!isOfJdk(type)) {
                    missing.add(type);
                }
                return NONE;
            }
            Map<String, Method> methods = new HashMap<>();
            ClassReader reader = new ClassReader(file);
            reader.accept(new Marks(methods), ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            List<String> parents = new ArrayList<>(List.of(reader.getInterfaces()));
            if (reader.getSuperName() != null) {
                parents.add(0, reader.getSuperName());
            }
            return new Declared(methods, parents);
        } catch (IOException | IllegalArgumentException unreadable) {
            return NONE; // a class of the future or a broken jar: it cannot be one of the few that declare await points
        }
    }

    private static boolean isOfJdk(String type) {
        return type.startsWith("javax/")
                || type.startsWith("jdk/")
                || ClassLoader.getPlatformClassLoader().getResource(type + ".class") != null;
    }

    /**
     * Returns the classes that were called and not found, by internal name; one of them may have declared await points.
     */
    Set<String> missing() {
        return missing;
    }

    private static final class Marks extends ClassVisitor {

        private final Map<String, Method> methods;

        Marks(Map<String, Method> methods) {
            super(Opcodes.ASM9);
            this.methods = methods;
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            methods.put(name + descriptor, new Method(null));
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public @Nullable AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
                    if (!annotation.equals(Names.AWAITS_DESC)) {
                        return null;
                    }
                    methods.put(name + descriptor, new Method(""));
                    return new AnnotationVisitor(Opcodes.ASM9) {
                        @Override
                        public void visit(String element, Object value) {
                            methods.put(name + descriptor, new Method((String) value));
                        }
                    };
                }
            };
        }
    }
}
