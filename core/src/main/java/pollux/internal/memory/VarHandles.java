package pollux.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Finds the handles by which a class reaches fields with the memory order that each access needs.
 *
 * <p>For {@code static final} fields: the JIT takes their handles for constants, and an access costs what a plain one
 * does.
 */
public final class VarHandles {

    private VarHandles() {}

    /**
     * Finds a field of the calling class.
     *
     * @param lookup {@code MethodHandles.lookup()} of the calling class
     * @param name the field
     * @param type its type
     * @return the handle
     * @throws ExceptionInInitializerError if there is no such field
     */
    public static VarHandle handle(MethodHandles.Lookup lookup, String name, Class<?> type) {
        return handle(lookup, lookup.lookupClass(), name, type);
    }

    /**
     * Finds a field of a class beside or within the calling one.
     *
     * @param lookup {@code MethodHandles.lookup()} of the calling class
     * @param owner the class that has the field
     * @param name the field
     * @param type its type
     * @return the handle
     * @throws ExceptionInInitializerError if there is no such field, or the caller may not see it
     */
    public static VarHandle handle(MethodHandles.Lookup lookup, Class<?> owner, String name, Class<?> type) {
        try {
            return lookup.findVarHandle(owner, name, type);
        } catch (ReflectiveOperationException absent) {
            throw new ExceptionInInitializerError(absent);
        }
    }
}
