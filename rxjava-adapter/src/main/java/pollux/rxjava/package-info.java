/**
 * The bridge to RxJava 3: {@link pollux.rxjava.RxJavaAdapter} holds every conversion. The way of a value is that of
 * {@code pollux.reactive} (hops 1 to 3 and 10, 11 in, the mirror image out); added here are the types of RxJava, its
 * hooks, and its schedulers.
 */
package pollux.rxjava;
