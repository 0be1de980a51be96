package pollux.compiler;

import com.sun.source.util.TaskEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ModuleElement;
import javax.tools.FileObject;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * Reads the class files that javac has just written, and replaces them.
 *
 * <p>Where the output is a file it is written as a file: the ways of {@code Filer} that create one twice make newer
 * versions of javac warn, and so fail under {@code -Werror}.
 */
final class ClassOutput {

    private final ProcessingEnvironment environment;
    private String last = "no class output";

    ClassOutput(ProcessingEnvironment environment) {
        this.environment = environment;
    }

    /** A class file that javac wrote, and the place where more can be put. */
    interface ClassFile {

        byte[] bytes() throws IOException;

        /** Writes a class of the same package, by internal name. */
        void write(String internalName, byte[] bytes) throws IOException;

        /** Deletes this class file, if it is still there. */
        void delete() throws IOException;
    }

    /** Describes, for an error message, where was looked last. */
    String describe() {
        return last;
    }

    /** Finds a class by its binary name; null if it is not where javac says that its output goes. */
    @Nullable
    ClassFile find(String binaryName, TaskEvent event) {
        int dot = binaryName.lastIndexOf('.');
        String packageName = dot < 0 ? "" : binaryName.substring(0, dot);
        String file = binaryName.substring(dot + 1) + ".class";
        ModuleElement module = environment.getElementUtils().getModuleOf(event.getTypeElement());
        FileObject resource = resource(packageName, file);
        if (resource == null && module != null && !module.isUnnamed()) {
            resource = resource(module.getQualifiedName() + "/" + packageName, file);
        }
        if (resource != null) {
            Path path = path(resource.toUri());
            if (path == null) {
                return readable(resource) ? new ResourceFile(resource, packageName, environment.getFiler()) : null;
            }
            if (Files.isRegularFile(path)) {
                return new PathFile(path);
            }
        }
        // without -d, javac writes a class beside its source
        Path source = event.getSourceFile() == null
                ? null
                : path(event.getSourceFile().toUri());
        if (source != null && Files.isRegularFile(source.resolveSibling(file))) {
            return new PathFile(source.resolveSibling(file));
        }
        return null;
    }

    private @Nullable FileObject resource(String packageName, String file) {
        try {
            FileObject resource = environment.getFiler().getResource(StandardLocation.CLASS_OUTPUT, packageName, file);
            last = resource.toUri().toString();
            return resource;
        } catch (IOException | RuntimeException e) {
            last = e.toString();
            return null;
        }
    }

    private static boolean readable(FileObject resource) {
        try (InputStream in = resource.openInputStream()) {
            return in.read() >= 0;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static @Nullable Path path(URI uri) {
        return "file".equals(uri.getScheme()) ? Path.of(uri) : null;
    }

    private record PathFile(Path path) implements ClassFile {

        @Override
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(path);
        }

        @Override
        public void write(String internalName, byte[] bytes) throws IOException {
            String file = internalName.substring(internalName.lastIndexOf('/') + 1) + ".class";
            Files.write(path.resolveSibling(file), bytes);
        }

        @Override
        public void delete() throws IOException {
            Files.deleteIfExists(path);
        }
    }

    private record ResourceFile(FileObject resource, String packageName, Filer filer) implements ClassFile {

        @Override
        public byte[] bytes() throws IOException {
            try (InputStream in = resource.openInputStream()) {
                return in.readAllBytes();
            }
        }

        @Override
        public void write(String internalName, byte[] bytes) throws IOException {
            String file = internalName.substring(internalName.lastIndexOf('/') + 1) + ".class";
            try (OutputStream out = filer.createResource(StandardLocation.CLASS_OUTPUT, packageName, file)
                    .openOutputStream()) {
                out.write(bytes);
            }
        }

        @Override
        public void delete() {
            resource.delete();
        }
    }
}
