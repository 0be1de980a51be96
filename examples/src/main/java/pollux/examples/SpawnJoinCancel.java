package pollux.examples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static pollux.time.Timers.sleep;

import java.util.concurrent.CancellationException;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.time.ManualTime;

/** Tasks run by themselves; a handle awaits one, or asks it to end. */
final class SpawnJoinCancel {

    private SpawnJoinCancel() {}

    public static void main(String[] args) {
        try (LocalPool pool = new LocalPool(new ManualTime()).autoAdvance(true)) { // hours pass at once
            JoinHandle<Integer> answer = pool.spawn(sleep(ofMillis(20)).map(done -> 42));
            JoinHandle<Void> endless = pool.spawn(sleep(ofHours(1_000_000)));

            Future<String> both = answer.join().then(value -> {
                endless.cancel();
                return endless.join()
                        .map(nothing -> "slept it all")
                        .recover(failure -> Futures.ready("cancelled: " + (failure instanceof CancellationException)))
                        .map(end -> value + ", " + end);
            });
            System.out.println(pool.runUntil(both)); // prints: 42, cancelled: true
        }
    }
}
