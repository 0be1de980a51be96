/**
 * Scenarios over everything that waits in Pollux, for the simulator: each with what must hold, and the broken variants
 * that must be found.
 */
package pollux.testing.scenarios;
