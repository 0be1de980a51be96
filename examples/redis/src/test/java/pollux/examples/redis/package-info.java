/** A server in a process of its own, if one is installed. */
package pollux.examples.redis;
