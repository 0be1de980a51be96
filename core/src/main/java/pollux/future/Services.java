package pollux.future;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a task finds around it, by key: the timers and the spawner of its pool, a Reactor Context, a user's task-locals.
 *
 * <p>Immutable and shared by reference; {@link #with} puts one more entry on top and leaves the old services as they
 * are. Look-up walks from the newest entry to the oldest, a handful of steps. This is how lower packages reach higher
 * ones without naming them: a sleeping future asks for the timers, never for the pool that owns them.
 */
public final class Services {

    /** No services at all. */
    public static final Services NONE = new Services(null, null, null);

    private final @Nullable Services parent;
    private final @Nullable Key<?> key;
    private final @Nullable Object value;

    private Services(@Nullable Services parent, @Nullable Key<?> key, @Nullable Object value) {
        this.parent = parent;
        this.key = key;
        this.value = value;
    }

    /**
     * Returns these services with one more on top.
     *
     * @param <S> the type of the service
     * @param key the key it will be found by; an older entry of the same key is hidden
     * @param service the service
     * @return new services
     */
    public <S> Services with(Key<S> key, S service) {
        return new Services(this, Objects.requireNonNull(key, "key"), Objects.requireNonNull(service, "service"));
    }

    /**
     * Returns these services laid over others, which are found where these have no entry of their own. If these were
     * made from the others in the first place, they are returned as they are.
     *
     * @param base what lies below
     * @return the services of both
     */
    public Services over(Services base) {
        return isMadeFrom(base) ? this : on(base);
    }

    private boolean isMadeFrom(Services base) {
        for (Services s = this; s != null; s = s.parent) {
            if (s == base) {
                return true;
            }
        }
        return false;
    }

    private Services on(Services base) {
        return parent == null ? base : new Services(parent.on(base), key, value);
    }

    /**
     * Returns the newest service of a key.
     *
     * @param <S> the type of the service
     * @param key the key
     * @return the service, or null if there is none
     */
    @SuppressWarnings("unchecked") // with() pairs a key only with a value of its type
    public <S> @Nullable S get(Key<S> key) {
        for (Services s = this; s != null; s = s.parent) {
            if (s.key == key) {
                return (S) s.value;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Services[");
        for (Services s = this; s != null && s.key != null; s = s.parent) {
            text.append(text.length() > 9 ? ", " : "").append(s.key);
        }
        return text.append(']').toString();
    }

    /**
     * The key of one kind of service. Keys are compared by identity; keep one in a static final field.
     *
     * @param <S> the type of the service
     */
    @SuppressWarnings("UnusedTypeParameter") // it types what is found under the key
    public static final class Key<S> {

        private final String name;

        /**
         * Makes a new key, different from every other.
         *
         * @param name what {@link #toString} and dumps show
         */
        public Key(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
