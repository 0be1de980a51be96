/**
 * {@code await} in plain Java: blocks, generators and for-each over streams, compiled at build time into the state
 * machines that {@link pollux.async.AsyncFrame} is the base of. Hop 9 of a value's way: the frame resumes at its await;
 * and hop 12: the value is the result of {@code await}.
 */
package pollux.async;
