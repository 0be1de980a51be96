/**
 * The bridge to RxJava 3. Open first {@link pollux.rxjava.RxJavaAdapter}, which has every conversion; {@link
 * pollux.rxjava.RxJavaConversions} are the same on a chosen spawner, {@link pollux.rxjava.Overflow} says what happens
 * to items of an {@code Observable} that come too fast. {@link pollux.rxjava.RxJavaBridge} is for the service loader,
 * by which core finds this adapter.
 *
 * <p>The way of a value is that of {@code pollux.reactive} (hops 1 to 3 and 10, 11 in, the mirror image out); added
 * here are the types of RxJava, its hooks, and its schedulers.
 */
package pollux.rxjava;
