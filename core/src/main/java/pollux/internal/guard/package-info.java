/**
 * The guard that javac starts by itself when it finds this library on the class path: code that awaits must not be compiled
 * without the compiler of awaits. Nothing here is used at run time.
 */
package pollux.internal.guard;
