/**
 * Queues, and nothing but queues: they know no futures. Hops 2 and 5 in the life of a value.
 */
package pollux.internal.queue;
