package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.future.Futures.ready;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import pollux.Pollux;
import pollux.async.Async;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.spring.Guarded.Mask;
import pollux.spring.Guarded.Masked;
import pollux.spring.Guarded.Nested;
import pollux.spring.Guarded.Rules;
import pollux.spring.Guarded.Vault;
import reactor.core.publisher.Mono;

/** {@code @EnableMethodSecurity}, as in Spring MVC: the authentication is that of the calling thread. */
@Timeout(300)
class ThreadSecurityTest {

    @App.Plain
    @EnableMethodSecurity
    @Import({Rules.class, Vault.class, Masked.class, Mask.class, Nested.class})
    static class Shop {}

    static App app;

    @BeforeAll
    static void start() {
        app = App.start(WebApplicationType.NONE, Shop.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void leave() {
        SecurityContextHolder.clearContext();
    }

    private static void enter(String name, String role) {
        SecurityContextHolder.getContext()
                .setAuthentication(
                        new TestingAuthenticationToken(name, "", List.of(new SimpleGrantedAuthority("ROLE_" + role))));
    }

    /** Runs on a worker, to which no authentication has come. */
    private static <T> T run(Future<T> future) {
        return Pollux.blockOn(app.bean(TaskPool.class).spawn(future).join());
    }

    @ParameterizedTest
    @EnumSource
    void guarded_methods(Guarded guarded) {
        isGuarded(vault -> run(guarded.call.apply(vault)));
    }

    @Test
    void methods_of_other_types_are_guarded_by_spring() {
        isGuarded(Vault::blocking);
    }

    private static void isGuarded(Function<Vault, String> call) {
        Vault vault = app.bean(Vault.class);
        enter("ann", "ADMIN");
        assertThat(call.apply(vault)).isNotEmpty();
        SecurityContextHolder.clearContext();
        enter("bob", "USER");
        assertThatThrownBy(() -> call.apply(vault)).isInstanceOf(AuthorizationDeniedException.class);
        SecurityContextHolder.clearContext();
        assertThatThrownBy(() -> call.apply(vault)) // in what failed to evaluate an expression
                .satisfies(failure -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                        .isInstanceOf(AuthenticationCredentialsNotFoundException.class));
    }

    @Test
    void what_is_denied_goes_to_the_handler() {
        Masked masked = app.bean(Masked.class);
        enter("bob", "USER");
        assertThat(run(masked.before())).isEqualTo("masked");
        assertThat(run(masked.after())).isEqualTo("masked value");
        assertThat(run(masked.items().toList())).containsExactly("masked");
        assertThat(run(masked.eachItem().toList())).containsExactly("masked value", "bob");
    }

    /**
     * A denial inside of what a method has returned. With {@code @EnableReactiveMethodSecurity} it goes to the handler
     * of the method; here Spring Security looks at what the method throws, and at no signal of a {@code Mono}.
     */
    @Test
    void a_denial_inside_is_the_failure_as_that_of_a_mono_is() {
        Masked masked = app.bean(Masked.class);
        enter("bob", "USER");
        Mono<String> mono = masked.insideAsMono();
        Future<String> future = masked.inside();
        assertThatThrownBy(mono::block)
                .isInstanceOf(AuthorizationDeniedException.class)
                .hasMessage("inside");
        assertThatThrownBy(() -> run(future))
                .isInstanceOf(AuthorizationDeniedException.class)
                .hasMessage("inside");
        assertThatThrownBy(() -> masked.itemsInsideAsFlux().blockLast())
                .isInstanceOf(AuthorizationDeniedException.class);
        assertThatThrownBy(() -> run(masked.itemsInside().toList())).isInstanceOf(AuthorizationDeniedException.class);
        assertThat(run(masked.thrown())).as("thrown by the method itself").isEqualTo("masked");
    }

    @Test
    void a_value_that_is_a_computation_is_left_as_it_is() {
        enter("ann", "USER");
        for (Object value : List.of(Mono.just("value"), ready("value"))) {
            for (Future<Object> call : Nested.all(app.bean(Nested.class), value)) {
                assertThat(run(call)).isSameAs(value);
            }
        }
    }

    @Test
    void the_thread_that_looks_at_a_value_keeps_no_authentication() {
        Vault vault = app.bean(Vault.class);
        enter("ann", "USER");
        Future<String> after = vault.after();
        leave();
        var seen = run(async(() ->
                Async.await(after) + " " + SecurityContextHolder.getContext().getAuthentication()));
        assertThat(seen).isEqualTo("ann null");
    }
}
