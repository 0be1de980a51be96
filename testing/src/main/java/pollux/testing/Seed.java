package pollux.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs an {@link AsyncTest} under one seed, that of a failure to look at. Put beside {@link Seeds}, it goes before it.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Seed {

    /**
     * Returns the seed.
     *
     * @return the seed, as the failure has printed it
     */
    long value();
}
