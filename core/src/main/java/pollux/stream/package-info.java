/**
 * Streams that produce nothing unasked, and what transforms, joins and consumes them. Hop 10 in the life of a value.
 */
package pollux.stream;
