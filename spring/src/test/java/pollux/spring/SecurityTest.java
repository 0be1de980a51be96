package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.mono;
import static pollux.time.Timers.sleep;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PostFilter;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.access.prepost.PreFilter;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import pollux.async.Async;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Mono;

/** Spring Security's method annotations and context, on async methods. */
@Timeout(300)
class SecurityTest {

    static class Vault {

        @PreAuthorize("hasRole('ADMIN')")
        Future<String> before() {
            Async.await(sleep(ofMillis(1)));
            return pollux.future.Futures.ready("secret");
        }

        @PreAuthorize("hasRole('ADMIN') and #n > 0")
        Future<String> beforeBlock(int n) {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                return "secret";
            });
        }

        @PostAuthorize("returnObject == authentication.name")
        Future<String> after(String owner) {
            return async(() -> owner);
        }

        @PreAuthorize("hasRole('ADMIN')")
        AsyncStream<String> items() {
            return stream(out -> out.emit("secret"));
        }

        @PostFilter("filterObject == 'secret'")
        AsyncStream<String> filtered() {
            return items();
        }

        @PreFilter("filterObject == 'secret'")
        Future<String> filters(AsyncStream<String> items) {
            return async(() -> "never");
        }

        Future<String> name() {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                return await(ReactiveSecurityContextHolder.getContext())
                        .getAuthentication()
                        .getName();
            });
        }

        @PreAuthorize("hasRole('ADMIN')")
        Mono<String> asMono() {
            return Mono.just("secret");
        }
    }

    @App.Plain
    @EnableReactiveMethodSecurity
    @Import(Vault.class)
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

    enum Guarded {
        BEFORE(vault -> mono(vault.before()), "ann", "ADMIN"),
        BEFORE_BLOCK(vault -> mono(vault.beforeBlock(1)), "ann", "ADMIN"),
        AFTER(vault -> mono(vault.after("ann")), "ann", "USER"),
        STREAM(vault -> mono(vault.items().first()), "ann", "ADMIN"),
        MONO(Vault::asMono, "ann", "ADMIN");

        final Function<Vault, Mono<String>> call;
        final String name;
        final String role;

        Guarded(Function<Vault, Mono<String>> call, String name, String role) {
            this.call = call;
            this.name = name;
            this.role = role;
        }
    }

    private static String as(String name, String role, Mono<String> call) {
        var user = new TestingAuthenticationToken(
                name,
                "",
                List.of(new org.springframework.security.core.authority.SimpleGrantedAuthority("ROLE_" + role)));
        return call.contextWrite(ReactiveSecurityContextHolder.withAuthentication(user))
                .block();
    }

    @ParameterizedTest
    @EnumSource
    void guarded_methods(Guarded guarded) {
        Vault vault = app.bean(Vault.class);
        assertThat(as(guarded.name, guarded.role, guarded.call.apply(vault))).isNotEmpty();
        assertThatThrownBy(() -> as("bob", "USER", guarded.call.apply(vault)))
                .isInstanceOf(AuthorizationDeniedException.class);
        assertThatThrownBy(() -> guarded.call.apply(vault).block()).isInstanceOf(AuthorizationDeniedException.class);
    }

    @Test
    void expressions_see_arguments_and_the_context_is_around_each_await() {
        Vault vault = app.bean(Vault.class);
        assertThatThrownBy(() -> as("ann", "ADMIN", mono(vault.beforeBlock(0))))
                .isInstanceOf(AuthorizationDeniedException.class);
        assertThat(as("ann", "USER", mono(vault.name()))).isEqualTo("ann");
    }

    @Test
    void filters_of_spring_security_accept_publishers_only_and_say_so() {
        Vault vault = app.bean(Vault.class);
        assertThatThrownBy(vault::filtered)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be an instance of org.reactivestreams.Publisher");
        assertThatThrownBy(() -> vault.filters(stream(out -> out.emit("secret"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be an instance of Publisher");
    }
}
