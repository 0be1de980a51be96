package pollux.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Runs an {@link AsyncTest} under many seeds, until one fails. */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Seeds {

    /**
     * Returns how many runs there are.
     *
     * @return the number of seeds, from {@link #first()} on
     */
    long value();

    /**
     * Returns where to begin.
     *
     * @return the first seed
     */
    long first() default 0;

    /**
     * Returns whether the worlds are rough, see {@link Faults#SOME}.
     *
     * @return true for spurious, second and late wakes, and time that passes early
     */
    boolean rough() default false;
}
