/**
 * Streams that produce nothing unasked, and what transforms, joins and consumes them. Hop 10 in the life of a value.
 * Open first {@link pollux.stream.AsyncStream}, whose methods are the operators, each a file of its own; then {@link
 * pollux.stream.AsyncStreams}, which makes and combines streams. {@link pollux.stream.RawStream} is the base without
 * allocation; {@link pollux.stream.StreamCancellation} gives a stream up.
 */
package pollux.stream;
