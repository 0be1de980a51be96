/**
 * Queues, and nothing but queues: they know no futures. Hops 2 and 5 in the life of a value. From one producer: {@link
 * pollux.internal.queue.SpscQueue}, as a {@link pollux.internal.queue.SpscRing} or a {@link
 * pollux.internal.queue.SpscChain}. From many: {@link pollux.internal.queue.MpscQueue} of {@link
 * pollux.internal.queue.QueueNode}s, and {@link pollux.internal.queue.MpscChain} of any objects. {@link
 * pollux.internal.queue.StealQueue} is the ring of a worker; {@link pollux.internal.queue.HandoverStack} is taken all
 * at once.
 */
package pollux.internal.queue;
