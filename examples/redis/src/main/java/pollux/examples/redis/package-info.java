/** A group of consumers on a Redis Stream: {@link pollux.examples.redis.StreamConsumer}. */
@NullMarked
package pollux.examples.redis;

import org.jspecify.annotations.NullMarked;
