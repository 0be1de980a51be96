/** What keeps frameworks from taking a computation for a bean: {@link pollux.internal.bean.NotABean}. */
@NullMarked
package pollux.internal.bean;

import org.jspecify.annotations.NullMarked;
