/** A server of RSocket whose handlers await. Start with {@link pollux.examples.rsocket.QuoteServer}. */
@NullMarked
package pollux.examples.rsocket;

import org.jspecify.annotations.NullMarked;
