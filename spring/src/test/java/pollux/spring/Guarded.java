package pollux.spring;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.stream;
import static pollux.future.Futures.ready;
import static pollux.time.Timers.sleep;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.method.HandleAuthorizationDenied;
import org.springframework.security.authorization.method.MethodAuthorizationDeniedHandler;
import org.springframework.security.authorization.method.MethodInvocationResult;
import org.springframework.stereotype.Component;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods that ann may call as ADMIN, and bob as USER may not, under both kinds of method security. */
enum Guarded {
    BEFORE(Vault::before),
    BEFORE_BLOCK(vault -> vault.beforeBlock(1)),
    BY_BEAN(Vault::byBean),
    AFTER(Vault::after),
    ITEMS(vault -> vault.items().first()),
    EACH_ITEM(vault -> vault.eachItem().first());

    final Function<Vault, Future<String>> call;

    Guarded(Function<Vault, Future<String>> call) {
        this.call = call;
    }

    /** Expressions name it. */
    @Component("rules")
    static class Rules {

        public boolean allow(String name) {
            return name.equals("ann");
        }
    }

    static class Vault {

        @PreAuthorize("hasRole('ADMIN')")
        Future<String> before() {
            await(sleep(Duration.ofMillis(1)));
            return ready("secret");
        }

        @PreAuthorize("hasRole('ADMIN') and #n > 0")
        Future<String> beforeBlock(int n) {
            return async(() -> {
                await(sleep(Duration.ofMillis(1)));
                return "secret";
            });
        }

        @PreAuthorize("@rules.allow(authentication.name)")
        Future<String> byBean() {
            return async(() -> "secret");
        }

        @PostAuthorize("returnObject == authentication.name")
        Future<String> after() {
            return async(() -> {
                await(sleep(Duration.ofMillis(1)));
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
                await(sleep(Duration.ofMillis(1)));
                out.emit("ann");
            });
        }

        @PreAuthorize("hasRole('ADMIN')")
        Mono<String> asMono() {
            return Mono.just("secret");
        }

        @PreAuthorize("hasRole('ADMIN')")
        String blocking() {
            return "secret";
        }
    }

    /** Answers in the place of a denied call or value, at once or later. */
    static class Mask implements MethodAuthorizationDeniedHandler {

        @Override
        public Object handleDeniedInvocation(MethodInvocation call, AuthorizationResult result) {
            return call.getMethod().getName().startsWith("items") ? Mono.just("masked") : "masked";
        }

        @Override
        public Object handleDeniedInvocationResult(MethodInvocationResult call, AuthorizationResult result) {
            return Mono.just("masked value");
        }
    }

    /** Each method twice: of our types, and of Reactor's, whose behaviour is the model. */
    static class Masked {

        @PreAuthorize("hasRole('ADMIN')")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Future<String> before() {
            return async(() -> "secret");
        }

        @PreAuthorize("hasRole('ADMIN')")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Mono<String> beforeAsMono() {
            return Mono.just("secret");
        }

        @PreAuthorize("permitAll")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Future<String> inside() {
            return async(() -> {
                throw new AuthorizationDeniedException("inside");
            });
        }

        @PreAuthorize("permitAll")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Mono<String> insideAsMono() {
            return Mono.error(new AuthorizationDeniedException("inside"));
        }

        @PreAuthorize("permitAll")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Future<String> thrown() {
            throw new AuthorizationDeniedException("thrown");
        }

        @PostAuthorize("returnObject == authentication.name")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Future<String> after() {
            return async(() -> "ann");
        }

        @PostAuthorize("returnObject == authentication.name")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Mono<String> afterAsMono() {
            return Mono.just("ann");
        }

        @PostAuthorize("returnObject.length() == 3")
        Future<String> nothing() {
            return async(() -> null);
        }

        @PostAuthorize("returnObject.length() == 3")
        Mono<String> nothingAsMono() {
            return Mono.empty();
        }

        @PreAuthorize("hasRole('ADMIN')")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        AsyncStream<String> items() {
            return stream(out -> out.emit("secret"));
        }

        @PreAuthorize("hasRole('ADMIN')")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Flux<String> itemsAsFlux() {
            return Flux.just("secret");
        }

        @PostAuthorize("returnObject == authentication.name")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        AsyncStream<String> eachItem() {
            return stream(out -> {
                out.emit("ann");
                out.emit("bob");
            });
        }

        @PostAuthorize("returnObject == authentication.name")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Flux<String> eachItemAsFlux() {
            return Flux.just("ann", "bob");
        }

        @PreAuthorize("permitAll")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        AsyncStream<String> itemsInside() {
            return stream(out -> {
                out.emit("one");
                throw new AuthorizationDeniedException("inside");
            });
        }

        @PreAuthorize("permitAll")
        @HandleAuthorizationDenied(handlerClass = Mask.class)
        Flux<String> itemsInsideAsFlux() {
            return Flux.just("one").concatWith(Mono.error(new AuthorizationDeniedException("inside")));
        }
    }

    /** Methods whose values are computations themselves; each yields its argument as it is. */
    static class Nested {

        @PreAuthorize("permitAll")
        Future<Object> before(Object value) {
            return async(() -> value);
        }

        @PostAuthorize("permitAll")
        Future<Object> after(Object value) {
            return async(() -> value);
        }

        @PreAuthorize("permitAll")
        AsyncStream<Object> items(Object value) {
            return stream(out -> out.emit(value));
        }

        @PostAuthorize("permitAll")
        AsyncStream<Object> eachItem(Object value) {
            return stream(out -> out.emit(value));
        }

        /** What each method yields if the methods are called with a value. */
        static List<Future<Object>> all(Nested nested, Object value) {
            return List.of(
                    nested.before(value),
                    nested.after(value),
                    nested.items(value).first(),
                    nested.eachItem(value).first());
        }
    }
}
