/**
 * Executors: who polls tasks. Open first {@link pollux.executor.Spawner}, which all of them are, and {@link
 * pollux.executor.JoinHandle}, the view of a running task. Then the executors: {@link pollux.executor.TaskPool} with
 * its workers, {@link pollux.executor.LocalPool} on the caller's thread, {@link pollux.executor.Spawner#inline} on the
 * threads of others, {@link pollux.executor.BlockOn} for blocking code. {@link pollux.executor.CurrentTask} tells what
 * polls the calling thread; {@link pollux.executor.UnhandledFailure} and {@link pollux.executor.PoolMetrics} are what
 * a pool is told and tells.
 *
 * <p>For other packages and adapters: {@link pollux.executor.SupervisedHandle} for scopes, {@link
 * pollux.executor.InlinePoll} and {@link pollux.executor.Refusable} for bridges, {@link pollux.executor.Driver} and
 * {@link pollux.executor.DriverSlot} for sockets, {@link pollux.executor.OutsideWork} for threads that work for a task.
 *
 * <p>Hops 4 to 8 in the life of a value, one file each: {@code Task} and {@code TaskState} (4, 8), {@code Worker},
 * {@code StealQueue} and {@code InjectQueue} (5), {@code IdleSet} and {@code Parker} (6), {@code Worker} and {@code
 * PoolRunner} (7), {@code Runner} and {@code OwnedTasksShard} (8). What runs without an executor of its own goes
 * through {@code InlineSpawner}, {@code Trampoline} and {@code HandOver}.
 */
package pollux.executor;
