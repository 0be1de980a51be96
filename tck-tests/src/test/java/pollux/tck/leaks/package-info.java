/** What a bridge must not keep: objects after its end, and items that nobody will receive. */
@NullMarked
package pollux.tck.leaks;

import org.jspecify.annotations.NullMarked;
