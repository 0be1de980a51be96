package pollux.async;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method an await point: where compiled code calls it, the code suspends until a future has ended, and the
 * result of that future is the result of the call.
 *
 * <p>The method itself is only run by code that was not compiled; {@link Async#await(pollux.future.Future)} in its body
 * then parks a virtual thread, or explains what is missing. The future comes from a <em>converter</em>: a method of the
 * same class with the same parameters that returns {@code Future}, and is static if this one is.
 *
 * <pre>{@code
 * @Awaits("future")
 * public static <T> T await(Mono<T> mono) {
 *     return Async.await(future(mono));
 * }
 *
 * public static <T> Future<T> future(Mono<T> mono) { … }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface Awaits {

    /**
     * The name of the converter.
     *
     * @return the name; empty if the first argument of the call is the future, and further arguments only help javac
     */
    String value() default "";
}
