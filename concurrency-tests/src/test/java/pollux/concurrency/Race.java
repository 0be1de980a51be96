package pollux.concurrency;

/**
 * A few threads over fresh objects, and what has to hold when they have ended.
 *
 * <p>The model checker sees through named classes only: what a lambda or a record holds is hidden from it, and a race
 * over such threads passes whatever it does.
 */
public abstract class Race implements Runnable {

    /** Lets the checker see, on every JDK, that what the parts hold is no longer the property of one thread. */
    private static volatile Runnable[] shared = {};

    /** For subclasses. */
    protected Race() {}

    /** Runs the parts on a thread each until all have ended. */
    protected static void together(Runnable... parts) {
        shared = parts;
        Thread[] threads = new Thread[shared.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Thread(parts[i]);
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError("a race is not interrupted", e);
            }
        }
    }

    /** Polls those that were woken, until none is. */
    protected static void settle(Party... parties) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Party party : parties) {
                if (party.isRunnable()) {
                    party.run();
                    moved = true;
                }
            }
        }
    }

    /** Fails the race. */
    protected static void require(boolean holds, String damage) {
        if (!holds) {
            throw new AssertionError(damage);
        }
    }
}
