/**
 * Marks for tools that check callers: {@link pollux.internal.checks.CheckReturnValue} and
 * {@link pollux.internal.checks.CanIgnoreReturnValue}.
 */
@NullMarked
package pollux.internal.checks;

import org.jspecify.annotations.NullMarked;
