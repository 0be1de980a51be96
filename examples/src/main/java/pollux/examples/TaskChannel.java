package pollux.examples;

import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.stream.AsyncStreams;
import pollux.sync.Mpsc;
import pollux.sync.Sender;

/**
 * Two tasks and a channel for two items between them: the sender waits when it is full, the receiver when it is empty.
 */
final class TaskChannel {

    private TaskChannel() {}

    public static void main(String[] args) {
        Mpsc<Integer> channel = Mpsc.bounded(2);
        try (LocalPool pool = new LocalPool()) {
            pool.spawn(numbers(channel.sender()));
            JoinHandle<Integer> sum = pool.spawn(AsyncStreams.from(channel.receiver())
                    .map(number -> {
                        System.out.println("received " + number);
                        return number;
                    })
                    .fold(0, Integer::sum));
            System.out.println("sum " + pool.runUntil(sum.join()));
        }
        // prints: sent 1
        // prints: sent 2
        // prints: received 1
        // prints: received 2
        // prints: sent 3
        // prints: received 3
        // prints: sum 6
    }

    private static Future<Void> numbers(Sender<Integer> sender) {
        return AsyncStreams.range(1, 4)
                .then(number -> sender.send(number).map(nothing -> number))
                .forEach(number -> System.out.println("sent " + number))
                .map(nothing -> {
                    sender.close(); // the receiver sees the end
                    return null;
                });
    }
}
