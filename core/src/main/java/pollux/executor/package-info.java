/**
 * Executors: {@link pollux.executor.TaskPool} with its workers, {@link pollux.executor.LocalPool} on the caller's
 * thread, {@link pollux.executor.Spawner#on} on the threads of others, {@link pollux.executor.BlockOn} for blocking
 * code. Hops 4 to 8 in the life of a value, one file each: {@code Task} and {@code TaskState} (4, 8), {@code TaskPool},
 * {@code StealQueue} and {@code InjectQueue} (5), {@code IdleSet}, {@code Parker} and {@code Driver} (6),
 * {@code Worker} (7).
 */
package pollux.executor;
