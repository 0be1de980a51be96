package pollux.executor;

import pollux.future.Sketch;

/**
 * One task in a dump.
 *
 * @param id its number
 * @param idle whether it waited, before it was looked at and after that
 * @param sketch what it waits for
 */
public record TaskSketch(long id, boolean idle, Sketch sketch) {

    static TaskSketch of(Task<?> task) {
        boolean before = task.isIdle();
        Sketch sketch = Sketch.of(task);
        return new TaskSketch(task.id(), before && task.isIdle(), sketch);
    }
}
