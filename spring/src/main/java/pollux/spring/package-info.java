/**
 * Futures and streams as first-class types of Spring.
 *
 * <p>Read {@link pollux.spring.PolluxAutoConfiguration} first: it lists what is added to an application; {@link
 * pollux.spring.PolluxProperties} are its settings. {@code ReactiveTypes} tells Spring how our types convert to
 * publishers and back. {@code AsyncTransactionInterceptor} runs async methods in transactions.
 */
@NullMarked
package pollux.spring;

import org.jspecify.annotations.NullMarked;
