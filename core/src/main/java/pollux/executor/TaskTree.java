package pollux.executor;

import pollux.future.AwaitTree;

/**
 * One task in a dump.
 *
 * @param id its number
 * @param idle whether it waited, before it was looked at and after that
 * @param sketch what it waits for
 */
public record TaskTree(long id, boolean idle, AwaitTree sketch) {

    static TaskTree of(Task<?> task) {
        boolean before = task.isIdle();
        AwaitTree sketch = AwaitTree.of(task);
        return new TaskTree(task.id(), before && task.isIdle(), sketch);
    }
}
