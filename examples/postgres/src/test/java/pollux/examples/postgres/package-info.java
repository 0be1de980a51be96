/** A server, and what it says about us. */
package pollux.examples.postgres;
