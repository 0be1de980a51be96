/**
 * The 43 rules of Reactive Streams, each checked at least once, over every bridge and over the peers:
 * docs/rules-matrix.md.
 *
 * <p>A check plays the other party itself, with a {@code Referee} between the two. Our parties are the rows of the
 * conversion matrix; a peer is one line in {@code Peers}; a rule is one entry in {@code PublisherRules},
 * {@code SubscriberRules} or {@code ProcessorRules}.
 */
package pollux.tck.rules;
