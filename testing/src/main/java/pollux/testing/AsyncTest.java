package pollux.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a JUnit 5 test that runs in simulated worlds: a method with a {@link World} among its parameters that starts
 * tasks there, and returns. The test passes if every run does, see {@link Simulation}.
 *
 * <p>It runs once, under seed 0, unless {@link Seeds} or {@link Seed} say otherwise. All runs happen on one instance of
 * the test class, between {@code @BeforeEach} and {@code @AfterEach}, so a test keeps what it changes in local
 * variables.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(AsyncTestExtension.class)
public @interface AsyncTest {}
