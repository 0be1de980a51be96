/** What Postgres sends by itself, and what it must be told: {@link pollux.examples.postgres.PostgresRecipes}. */
@NullMarked
package pollux.examples.postgres;

import org.jspecify.annotations.NullMarked;
