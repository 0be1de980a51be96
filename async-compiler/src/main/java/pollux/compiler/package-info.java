/**
 * Turns code that awaits into state machines: an annotation processor for javac, a command line for class files of
 * other compilers, and the one weaver behind both. It knows the runtime, {@code pollux.async}, by name only, and loads
 * no class of the program it compiles. ASM is private to the jar.
 */
@NullMarked
package pollux.compiler;

import org.jspecify.annotations.NullMarked;
