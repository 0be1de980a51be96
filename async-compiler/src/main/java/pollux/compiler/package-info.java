/**
 * Turns code that awaits into state machines. Open first {@link pollux.compiler.AwaitProcessor}, the annotation
 * processor for javac, and {@link pollux.compiler.WeaverCli}, the command line for class files of other compilers;
 * {@code Weaver} is behind both, and {@code AsyncMethod} is the list of its steps. {@link pollux.compiler.AwaitGuard}
 * is a plugin of javac that reports awaits which are not compiled.
 *
 * <p>It knows the runtime, {@code pollux.async}, by name only, and loads no class of the program it compiles. ASM is
 * private to the jar.
 */
@NullMarked
package pollux.compiler;

import org.jspecify.annotations.NullMarked;
