/**
 * Looks into a running program. Read {@link pollux.observability.Console} first.
 */
@org.jspecify.annotations.NullMarked
package pollux.observability;
