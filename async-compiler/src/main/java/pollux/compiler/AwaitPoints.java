package pollux.compiler;

import org.jspecify.annotations.Nullable;

/** Knows which methods are await points, those marked {@code @Awaits}, and what enhanced for statements await. */
interface AwaitPoints {

    /**
     * Looks up a method as a class file names it.
     *
     * @param owner the internal name of the class in the call
     * @param name the name of the method
     * @param descriptor its descriptor
     * @return the name of the converter; empty if the first argument is the future; null if it is no await point
     */
    @Nullable
    String converter(String owner, String name, String descriptor);

    /**
     * Tells whether enhanced for statements over a class await its items.
     *
     * @param type the internal name of the class
     * @return whether it is an {@code AsyncIterable}, or inherits from it
     */
    boolean isAsyncIterable(String type);

    /**
     * Tells whether the library on the class path has all that compiled code calls.
     *
     * @return false if it is older than this compiler
     */
    boolean isLibraryNewEnough();

    /**
     * Tells whether a class has awaits that stay as they are, in code marked {@code @SuppressWarnings("await")}.
     *
     * @param owner the internal name of the class
     * @return false if an await that cannot be compiled is an error
     */
    default boolean leavesSome(String owner) {
        return false;
    }
}
