package pollux.compiler;

import org.jspecify.annotations.Nullable;

/** Knows which methods are await points: those marked {@code @Awaits}, however they are found. */
@FunctionalInterface
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
}
