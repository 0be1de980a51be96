package pollux.executor;

/** What a task needs of whoever runs it, from any thread: queues for hops 4 and 5, and somebody who cares about failures. */
interface TaskHost {

    /** Queues a task that was woken while it was idle. Any thread; takes no lock. */
    void enqueue(Task<?> task);

    /** Runs a task whose {@link Task#run} somebody called. */
    void run(Task<?> task);

    /** Hears of a task that has failed while nobody had asked for its outcome. Called by the runner. */
    void failedUnobserved(Task<?> task, Throwable failure);
}
