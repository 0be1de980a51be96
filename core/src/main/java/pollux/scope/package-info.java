/**
 * Structured concurrency: no child outlives its scope. Open first {@link pollux.scope.TaskScope}, a block whose
 * children end with it; then {@link pollux.scope.JoinSet}, a set of tasks that the owner joins one by one. {@code
 * ScopeFuture} and {@code JoinSetDrain} are the futures behind the two.
 *
 * <p>A scope needs of an executor what {@link pollux.executor.Spawner} and {@link pollux.executor.SupervisedHandle}
 * say, and nothing else.
 */
package pollux.scope;
