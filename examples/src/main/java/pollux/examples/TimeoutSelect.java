package pollux.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static pollux.time.Timers.sleep;
import static pollux.time.Timers.timeout;

import java.util.concurrent.TimeoutException;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.time.ManualTime;

/** The first of several futures wins; the others are cancelled before the winner's handler runs. */
final class TimeoutSelect {

    private TimeoutSelect() {}

    public static void main(String[] args) {
        try (LocalPool pool = new LocalPool(new ManualTime()).autoAdvance(true)) {
            Future<String> quickest = Futures.<String>select()
                    .on(answer("far", 300), server -> "answered by " + server)
                    .on(answer("near", 20), server -> "answered by " + server)
                    .on(sleep(ofSeconds(1)), nothing -> "no answer");
            System.out.println(pool.runUntil(quickest)); // prints: answered by near

            Future<String> limited = timeout(ofMillis(100), answer("far", 300))
                    .recover(failure ->
                            failure instanceof TimeoutException ? Futures.ready("too late") : Futures.failed(failure));
            System.out.println(pool.runUntil(limited)); // prints: too late
        }
    }

    private static Future<String> answer(String server, long millis) {
        return sleep(ofMillis(millis)).map(nothing -> server);
    }
}
