/**
 * The façade, {@link pollux.Pollux}, and nothing else. It stands on every other package; none stands on it.
 */
package pollux;
