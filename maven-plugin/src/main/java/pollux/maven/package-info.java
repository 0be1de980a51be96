/** The goal {@code pollux:weave}: {@link pollux.maven.WeaveMojo}. */
@NullMarked
package pollux.maven;

import org.jspecify.annotations.NullMarked;
