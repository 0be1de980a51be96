package pollux.internal.bean;

/**
 * A computation, which serializers must not take for a bean. Without this, a framework that does not know our types
 * answers a request with {@code {"child":null,"label":0}}, and the computation never runs.
 *
 * <p>The one property that a serializer finds throws, in Jackson 2 and 3 alike, and so the request fails with a text
 * that names the remedy. There is no dependency on a serializer.
 */
public interface NotABean {

    /**
     * Fails. For serializers that look for properties; not to be called.
     *
     * @return nothing
     * @throws IllegalStateException always
     */
    default Object getBeanProperties() {
        throw new IllegalStateException(
                this + " is a computation and not a value, and cannot be serialized. In Spring, add"
                        + " dev.pollux:pollux-spring-boot-starter, which makes it a return type (in a test: @WebFluxTest;"
                        + " WebTestClient.bindToController starts no auto-configuration); elsewhere await it, or convert"
                        + " it with mono(...), flux(...) or spawn(...).toCompletableFuture().");
    }
}
