package pollux.executor;

/** What a task needs of whoever runs it: queues for hops 4 and 5, and somebody to tell about its end. */
interface TaskHost {

    /** Queues a task that was woken while it was idle. Any thread; takes no lock. */
    void enqueue(Task<?> task);

    /** Queues a task behind all others: it was woken while it was polled. Called by the runner. */
    void requeue(Task<?> task);

    /** Runs a task whose {@link Task#run} somebody called. */
    void run(Task<?> task);

    /** Forgets a task that is about to end. Called by the runner, before anybody can see the end. */
    void leave(Task<?> task);

    /** Hears of a task that has failed while nobody had asked for its outcome. Called by the runner. */
    void failedUnobserved(Task<?> task, Throwable failure);
}
