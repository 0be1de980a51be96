package client;

import static pollux.async.Async.await;

import pollux.Pollux;
import pollux.future.Futures;

/** Awaits by a Pollux of its own, beside that of the library. */
public final class AwaitingClient {

    private AwaitingClient() {}

    public static void main(String[] arguments) {
        String own = Pollux.run(() -> "own " + await(Futures.yieldNow().map(nothing -> "await")));
        if (!own.equals("own await")) {
            throw new AssertionError(own);
        }
        Client.main(arguments);
    }
}
