package pollux.compiler;

import com.sun.source.util.JavacTask;
import java.lang.reflect.Field;
import javax.annotation.processing.ProcessingEnvironment;
import org.jspecify.annotations.Nullable;

/** Finds javac's own environment in the one that a build tool hands out: Gradle and IntelliJ wrap it. */
final class WrappedEnvironment {

    private WrappedEnvironment() {}

    static ProcessingEnvironment unwrap(ProcessingEnvironment environment) {
        ProcessingEnvironment candidate = environment;
        while (!isJavacs(candidate)) {
            ProcessingEnvironment inner = unwrapIntelliJ(candidate);
            if (inner == null) {
                inner = unwrapField(candidate);
            }
            if (inner == null) {
                return environment;
            }
            candidate = inner;
        }
        return candidate;
    }

    private static boolean isJavacs(ProcessingEnvironment environment) {
        try {
            JavacTask.instance(environment);
            return true;
        } catch (IllegalArgumentException | LinkageError wrapped) {
            return false;
        }
    }

    private static @Nullable ProcessingEnvironment unwrapIntelliJ(ProcessingEnvironment environment) {
        try {
            Class<?> wrappers =
                    environment.getClass().getClassLoader().loadClass("org.jetbrains.jps.javac.APIWrappers");
            Object inner = wrappers.getMethod("unwrap", Class.class, Object.class)
                    .invoke(null, ProcessingEnvironment.class, environment);
            return inner instanceof ProcessingEnvironment javac && javac != environment ? javac : null;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError notIntelliJ) {
            return null;
        }
    }

    /** Gradle keeps it in a field called delegate. */
    private static @Nullable ProcessingEnvironment unwrapField(ProcessingEnvironment environment) {
        for (Class<?> type = environment.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField("delegate");
                field.setAccessible(true);
                return field.get(environment) instanceof ProcessingEnvironment inner ? inner : null;
            } catch (NoSuchFieldException inSuperclass) {
                // the next turn looks there
            } catch (ReflectiveOperationException | RuntimeException closed) {
                return null;
            }
        }
        return null;
    }
}
