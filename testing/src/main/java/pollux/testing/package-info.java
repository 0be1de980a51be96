/**
 * Tests that replay: a whole program, with the Reactor and RxJava code in it, on one thread, under one seed and one
 * clock.
 *
 * <p>{@link pollux.testing.Simulation} runs a {@link pollux.testing.Scenario} in a {@link pollux.testing.World}; every
 * choice of the run comes from one seed, so a failure is one line that replays it.
 */
@org.jspecify.annotations.NullMarked
package pollux.testing;
