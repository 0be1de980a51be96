/**
 * The TCK over the bridges of {@code pollux.reactor}: one class per publisher or subscriber that it shows to others.
 */
package pollux.tck.reactor;
