/**
 * Consumers of Kafka, written as loops that await: {@link pollux.examples.kafka.OrderedConsumer} first, then {@link
 * pollux.examples.kafka.TransactionalCopy}.
 */
@NullMarked
package pollux.examples.kafka;

import org.jspecify.annotations.NullMarked;
