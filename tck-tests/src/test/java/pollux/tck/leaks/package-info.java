/** What a bridge must not keep: objects after its end, and items that will not be received. */
@NullMarked
package pollux.tck.leaks;

import org.jspecify.annotations.NullMarked;
