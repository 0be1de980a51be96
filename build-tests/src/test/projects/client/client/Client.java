package client;

import reactor.core.publisher.Mono;

/** Uses a library that has Pollux inside, and awaits nothing. */
public final class Client {

    private Client() {}

    public static void main(String[] arguments) {
        var greeting = fresh.Greeting.greet(Mono.just("client")); // of a type that may have another name
        fresh.Greeting.main(arguments);
        System.out.println(greeting.getClass().getName().isEmpty() ? "no name" : "named");
    }
}
