/**
 * Pollux beside its peers: a class is one question, a method one peer, and the Kotlin peers are in
 * {@code src/main/kotlin}.
 *
 * <p>{@code benchmarks/run} measures, {@code benchmarks/report} makes tables of it, docs/benchmarks.md tells the
 * method. The definitions of the workloads do not change once a figure is published; another question is another class.
 */
package pollux.benchmarks;
