package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.time.Timers.sleep;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.method.HandleAuthorizationDenied;
import org.springframework.security.authorization.method.MethodAuthorizationDeniedHandler;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import pollux.Pollux;
import pollux.async.Async;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/** {@code @EnableMethodSecurity}, as in Spring MVC: the authentication is that of the calling thread. */
@Timeout(300)
class ThreadSecurityTest {

    /** A bean that expressions name. */
    static class Rules {

        public boolean allow(String name) {
            return name.equals("ann");
        }
    }

    static class Mask implements MethodAuthorizationDeniedHandler {

        @Override
        public Object handleDeniedInvocation(MethodInvocation call, AuthorizationResult result) {
            return "masked";
        }
    }

    static class Vault {

        @PreAuthorize("hasRole('ADMIN')")
        Future<String> before() {
            Async.await(sleep(Duration.ofMillis(1)));
            return pollux.future.Futures.ready("secret");
        }

        @PreAuthorize("@rules.allow(authentication.name)")
        Future<String> byBean() {
            return async(() -> "secret");
        }

        @PostAuthorize("returnObject == authentication.name")
        Future<String> after() {
            return async(() -> {
                Async.await(sleep(Duration.ofMillis(1)));
                return "ann";
            });
        }

        @PreAuthorize("hasRole('ADMIN')")
        AsyncStream<String> items() {
            return stream(out -> out.emit("secret"));
        }

        @PostAuthorize("returnObject == authentication.name")
        AsyncStream<String> eachItem() {
            return stream(out -> {
                Async.await(sleep(Duration.ofMillis(1)));
                out.emit("ann");
            });
        }

        @PreAuthorize("hasRole('ADMIN')")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Future<String> masked() {
            return async(() -> "secret");
        }

        @PostAuthorize("returnObject == authentication.name")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Future<String> maskedAfter() {
            return async(() -> "ann");
        }

        @PreAuthorize("hasRole('ADMIN')")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        AsyncStream<String> maskedItems() {
            return stream(out -> out.emit("secret"));
        }

        @PostAuthorize("returnObject == authentication.name")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        AsyncStream<String> maskedEachItem() {
            return stream(out -> out.emit("ann"));
        }

        @PreAuthorize("hasRole('ADMIN')")
        String blocking() {
            return "secret";
        }
    }

    @App.Plain
    @EnableMethodSecurity
    @Import({Vault.class, Mask.class})
    static class Shop {

        @Bean
        static Rules rules() {
            return new Rules();
        }
    }

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

    enum Guarded {
        BEFORE(Vault::before),
        BY_BEAN(Vault::byBean),
        AFTER(Vault::after),
        ITEMS(vault -> vault.items().first()),
        EACH_ITEM(vault -> vault.eachItem().first()),
        BLOCKING(vault -> pollux.future.Futures.ready(vault.blocking()));

        final Function<Vault, Future<String>> call;

        Guarded(Function<Vault, Future<String>> call) {
            this.call = call;
        }
    }

    @ParameterizedTest
    @EnumSource
    void guarded_methods(Guarded guarded) {
        Vault vault = app.bean(Vault.class);
        enter("ann", "ADMIN");
        assertThat(run(guarded.call.apply(vault))).isNotEmpty();
        leave();
        enter("bob", "USER");
        assertThatThrownBy(() -> run(guarded.call.apply(vault))).isInstanceOf(AuthorizationDeniedException.class);
        leave();
        assertThatThrownBy(() -> run(guarded.call.apply(vault))) // in what failed to evaluate an expression
                .satisfies(failure -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                        .isInstanceOf(AuthenticationCredentialsNotFoundException.class));
    }

    @Test
    void what_is_denied_goes_to_the_handler() {
        Vault vault = app.bean(Vault.class);
        enter("bob", "USER");
        assertThat(run(vault.masked())).isEqualTo("masked");
        assertThat(run(vault.maskedAfter())).isEqualTo("masked");
        assertThat(run(vault.maskedItems().toList())).containsExactly("masked");
        assertThat(run(vault.maskedEachItem().toList())).containsExactly("masked");
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
