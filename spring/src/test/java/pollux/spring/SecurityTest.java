package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.future.Futures.ready;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.flux;
import static pollux.reactor.ReactorAdapter.mono;
import static pollux.time.Timers.sleep;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.security.access.prepost.PostFilter;
import org.springframework.security.access.prepost.PreFilter;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ReactiveAuthorizationManager;
import org.springframework.security.authorization.method.MethodAuthorizationDeniedHandler;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import pollux.async.Async;
import pollux.future.Future;
import pollux.spring.Guarded.Mask;
import pollux.spring.Guarded.Masked;
import pollux.spring.Guarded.Nested;
import pollux.spring.Guarded.Rules;
import pollux.spring.Guarded.Vault;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring Security's method annotations and context, on async methods. */
@Timeout(300)
class SecurityTest {

    static class Filters {

        @PostFilter("filterObject == 'secret'")
        AsyncStream<String> filtered() {
            return stream(out -> out.emit("secret"));
        }

        @PreFilter("filterObject == 'secret'")
        Future<String> filters(AsyncStream<String> items) {
            return async(() -> "never");
        }
    }

    static Future<String> name() {
        return async(() -> {
            Async.await(sleep(ofMillis(1)));
            return await(ReactiveSecurityContextHolder.getContext())
                    .getAuthentication()
                    .getName();
        });
    }

    @App.Plain
    @EnableReactiveMethodSecurity
    @Import({Rules.class, Vault.class, Masked.class, Mask.class, Nested.class, Filters.class})
    static class Shop {

        /** Spring Security shows its managers to such a bean; this one counts what they are asked. */
        @Bean
        @Primary // beside the one that observes
        static ObjectPostProcessor<ReactiveAuthorizationManager<MethodInvocation>> counting() {
            return new ObjectPostProcessor<>() {
                @Override
                @SuppressWarnings("unchecked") // a manager that handles what the given one does
                public <O extends ReactiveAuthorizationManager<MethodInvocation>> O postProcess(O manager) {
                    return (O) new Counting(manager);
                }
            };
        }
    }

    static final AtomicInteger ASKED = new AtomicInteger();

    record Counting(ReactiveAuthorizationManager<MethodInvocation> manager)
            implements ReactiveAuthorizationManager<MethodInvocation>, MethodAuthorizationDeniedHandler {

        @Override
        public Mono<AuthorizationResult> authorize(Mono<Authentication> authentication, MethodInvocation call) {
            ASKED.incrementAndGet();
            return manager.authorize(authentication, call);
        }

        @Override
        public Object handleDeniedInvocation(MethodInvocation call, AuthorizationResult result) {
            return ((MethodAuthorizationDeniedHandler) manager).handleDeniedInvocation(call, result);
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

    private static <T> T as(String name, String role, Mono<T> call) {
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
        isGuarded(vault -> mono(guarded.call.apply(vault)));
    }

    @Test
    void methods_of_other_types_are_guarded_by_spring() {
        isGuarded(Vault::asMono);
    }

    private static void isGuarded(Function<Vault, Mono<String>> call) {
        Vault vault = app.bean(Vault.class);
        assertThat(as("ann", "ADMIN", call.apply(vault))).isNotEmpty();
        assertThatThrownBy(() -> as("bob", "USER", call.apply(vault))).isInstanceOf(AuthorizationDeniedException.class);
        assertThatThrownBy(() -> call.apply(vault).block()).isInstanceOf(AuthorizationDeniedException.class);
    }

    @Test
    void expressions_see_arguments_and_the_context_is_around_each_await() {
        Vault vault = app.bean(Vault.class);
        assertThatThrownBy(() -> as("ann", "ADMIN", mono(vault.beforeBlock(0))))
                .isInstanceOf(AuthorizationDeniedException.class);
        assertThat(as("ann", "USER", mono(name()))).isEqualTo("ann");
    }

    @Test
    void a_value_that_is_a_computation_is_left_as_it_is() {
        for (Object value : List.of(Mono.just("value"), ready("value"))) {
            for (Future<Object> call : Nested.all(app.bean(Nested.class), value)) {
                assertThat(as("ann", "USER", mono(call))).isSameAs(value);
            }
        }
    }

    enum Handled {
        BEFORE(masked -> mono(masked.before()), Masked::beforeAsMono),
        INSIDE(masked -> mono(masked.inside()), Masked::insideAsMono),
        AFTER(masked -> mono(masked.after()), Masked::afterAsMono),
        NOTHING(masked -> mono(masked.nothing()), Masked::nothingAsMono),
        ITEMS(masked -> joined(flux(masked.items())), masked -> joined(masked.itemsAsFlux())),
        EACH_ITEM(masked -> joined(flux(masked.eachItem())), masked -> joined(masked.eachItemAsFlux())),
        ITEMS_INSIDE(masked -> joined(flux(masked.itemsInside())), masked -> joined(masked.itemsInsideAsFlux()));

        final Function<Masked, Mono<String>> ours;
        final Function<Masked, Mono<String>> reactors;

        Handled(Function<Masked, Mono<String>> ours, Function<Masked, Mono<String>> reactors) {
            this.ours = ours;
            this.reactors = reactors;
        }

        private static Mono<String> joined(Flux<String> items) {
            return items.collect(Collectors.joining(" "));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_denied_goes_to_the_handler_as_with_publishers(Handled handled) {
        Masked masked = app.bean(Masked.class);
        for (String name : List.of("ann", "bob")) {
            for (String role : List.of("ADMIN", "USER")) {
                assertThat(as(name, role, handled.ours.apply(masked)))
                        .isEqualTo(as(name, role, handled.reactors.apply(masked)));
            }
        }
        String seen = as("bob", "USER", handled.ours.apply(masked));
        if (handled == Handled.NOTHING) {
            assertThat(seen).isNull();
        } else {
            assertThat(seen).contains("masked").doesNotContain("secret");
        }
    }

    @Test
    void managers_are_those_that_the_application_has_processed() {
        Vault vault = app.bean(Vault.class);
        int before = ASKED.get();
        as("ann", "ADMIN", mono(vault.before()));
        as("ann", "ADMIN", vault.asMono());
        assertThat(ASKED.get() - before).isEqualTo(2);
    }

    @Test
    void filters_of_spring_security_accept_publishers_only_and_say_so() {
        Filters filters = app.bean(Filters.class);
        assertThatThrownBy(filters::filtered)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be an instance of org.reactivestreams.Publisher");
        assertThatThrownBy(() -> filters.filters(stream(out -> out.emit("secret"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be an instance of Publisher");
    }
}
