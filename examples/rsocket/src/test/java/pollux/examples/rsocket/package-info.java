/** Two processes. */
package pollux.examples.rsocket;
