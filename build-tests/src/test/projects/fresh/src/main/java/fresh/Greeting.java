package fresh;

import static pollux.async.Async.async;
import static pollux.reactor.ReactorAdapter.await;

import java.time.Duration;
import pollux.Pollux;
import pollux.future.Future;
import reactor.core.publisher.Mono;

public final class Greeting {

    private Greeting() {}

    public static Future<String> greet(Mono<String> name) {
        return async(() -> "hello, " + await(name));
    }

    public static void main(String[] arguments) {
        Mono<String> name = Mono.just("world").delayElement(Duration.ofMillis(1));
        System.out.println(Pollux.blockOn(greet(name)));
    }
}
