/**
 * Tests that replay: a whole program, with the Reactor and RxJava code in it, on one thread, under one seed and one
 * clock.
 *
 * <p>Open first {@link pollux.testing.Simulation}, which runs a {@link pollux.testing.Scenario} in a {@link
 * pollux.testing.World}; every choice of the run comes from one seed, so a failure, {@link
 * pollux.testing.SimulationFailure}, is one line that replays it. {@link pollux.testing.Faults} say how rough the
 * world is, {@link pollux.testing.ForeignThread} is a thread outside of it, a {@link pollux.testing.Library} lives in
 * it: {@link pollux.testing.ReactorSchedulers}, {@link pollux.testing.RxJavaSchedulers}. {@link
 * pollux.testing.AsyncTest}, with {@link pollux.testing.Seed} and {@link pollux.testing.Seeds}, is the same as an
 * extension of JUnit.
 *
 * <p>Without a simulation: {@link pollux.testing.Polled} polls a future by hand, {@link pollux.testing.TestSource} and
 * {@link pollux.testing.TestSubscriber} are the two ends of a stream.
 */
@org.jspecify.annotations.NullMarked
package pollux.testing;
