package pollux.reactor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Scannable;

/** The name that a Mono or Flux has got by {@code name(…)}, for dumps and messages. */
final class GivenName {

    /** Whether a class is what {@code name} makes; no code but Reactor's own is asked for a name. */
    private static final ClassValue<Boolean> NAMES = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getName().matches("reactor\\.core\\.publisher\\.(Mono|Flux)Name(Fuseable)?");
        }
    };

    private GivenName() {}

    /** Returns the name; null if naming is not the last operator of the publisher. */
    static @Nullable String of(Publisher<?> publisher) {
        return NAMES.get(publisher.getClass()) ? Scannable.from(publisher).scan(Scannable.Attr.NAME) : null;
    }

    /** Returns the name, if there is one, and the class. */
    static String before(@Nullable String name, String type) {
        return name == null ? type : name + " (" + type + ")";
    }
}
