package pollux.executor;

/** stub. */
public final class TaskScope {
    private TaskScope() {}
}
