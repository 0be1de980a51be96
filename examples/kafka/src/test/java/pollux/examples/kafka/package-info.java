/** A broker, consumers in processes of their own, and what was seen. */
package pollux.examples.kafka;
