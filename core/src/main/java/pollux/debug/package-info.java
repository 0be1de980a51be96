/**
 * Dumps: what the tasks of a process wait for. Open first {@link pollux.debug.Dump}; then what it is made of, {@link
 * pollux.debug.PoolTree} and {@link pollux.debug.TaskTree} over {@link pollux.future.AwaitTree}. {@code WaitGraph}
 * finds the tasks that wait in vain, {@code DumpText}, {@code DumpJson} and {@code Nanos} write. Executors enter
 * themselves in {@link pollux.debug.OpenPools}.
 */
package pollux.debug;
