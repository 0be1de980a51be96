package pollux.examples.kafka;

import static pollux.time.Timers.sleep;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.sync.CancelToken;

/**
 * A consumer that writes a line for each record that it has processed: partition, offset, key and value. It stops at
 * the end of its input.
 */
final class ConsumerProcess {

    private ConsumerProcess() {}

    public static void main(String[] arguments) throws Exception {
        CancelToken stop = new CancelToken();
        // not buffered: what was processed is read by the test, also if this process is killed behind it
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        OrderedConsumer<String, String> consumer = new OrderedConsumer<>(
                Clients.consumer(arguments[0], arguments[1]),
                64,
                Duration.ofSeconds(5),
                record -> process(record, out));
        JoinHandle<Void> running = Pollux.spawn(consumer.run(List.of(arguments[2]), stop));
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        stop.cancel();
        running.toCompletableFuture().join();
        out.write("stopped\n".getBytes(StandardCharsets.UTF_8));
    }

    private static Future<?> process(ConsumerRecord<String, String> record, FileOutputStream out) {
        Future<Void> work = record.offset() % 16 == 0 ? sleep(Duration.ofMillis(1)) : Futures.yieldNow();
        return work.map(done -> {
            String line = record.partition() + " " + record.offset() + " " + record.key() + " " + record.value() + "\n";
            try {
                out.write(line.getBytes(StandardCharsets.UTF_8)); // one call, so whole lines
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
            return null;
        });
    }
}
