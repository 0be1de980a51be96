package fresh;

import static pollux.async.Async.await;

import pollux.Pollux;
import reactor.core.publisher.Mono;

/** Awaits in the sources of tests. */
public final class GreetingCheck {

    private GreetingCheck() {}

    public static void main(String[] arguments) {
        String twice = Pollux.run(() -> await(Greeting.greet(Mono.just("a"))) + await(Greeting.greet(Mono.just("b"))));
        System.out.println(twice);
    }
}
