/**
 * The TCK over the bridges of {@code pollux.reactive}: one class per publisher or subscriber that it shows to others.
 */
package pollux.tck.core;
