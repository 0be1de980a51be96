/**
 * The compiler of awaits, packed as users get it, in the builds of others: Maven, javac, ecj, other processors,
 * coverage.
 */
package pollux.build;
