/**
 * Every interleaving of two or three threads over the lock-free cores, as a model checker sees them, and canaries that
 * it has to catch.
 */
package pollux.concurrency;
