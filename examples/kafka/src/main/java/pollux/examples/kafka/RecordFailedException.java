package pollux.examples.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record could not be processed; names the record, and has the failure as its cause. */
public final class RecordFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    RecordFailedException(ConsumerRecord<?, ?> record, Throwable failure) {
        super("record " + record.topic() + "-" + record.partition() + "@" + record.offset() + " failed", failure);
    }
}
