package pollux.reactor;

import org.reactivestreams.Publisher;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The caller of a conversion, for {@code Hooks.onOperatorDebug}. Reactor takes the first frame outside of its own
 * package for the place where an operator was made, which is a frame of ours; a checkpoint adds the line of the caller.
 */
final class CallSite {

    private static final String OURS = CallSite.class.getPackageName();

    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private CallSite() {}

    /**
     * Adds the line of the caller where Reactor names a class of ours.
     *
     * @param made what the assembly hooks made of a source
     * @param source the source
     * @param name the name of the conversion
     */
    static <T> Mono<T> of(Mono<T> made, Mono<T> source, String name) {
        return made != source && isTraced(made) ? made.checkpoint(line(name)) : made;
    }

    /** As for a mono. */
    static <T> Flux<T> of(Flux<T> made, Flux<T> source, String name) {
        return made != source && isTraced(made) ? made.checkpoint(line(name)) : made;
    }

    /** Whether Reactor has kept a line of ours as the place where the publisher was made. */
    private static boolean isTraced(Publisher<?> made) {
        return Scannable.from(made).stepName().startsWith(OURS + ".Source");
    }

    private static String line(String name) {
        return "ReactorAdapter." + name + " at "
                + STACK.walk(frames -> frames.filter(frame ->
                                !frame.getDeclaringClass().getPackageName().equals(OURS))
                        .findFirst()
                        .map(Object::toString)
                        .orElse("an unknown line"));
    }
}
