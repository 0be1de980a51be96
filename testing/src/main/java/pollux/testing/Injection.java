package pollux.testing;

/** A fault that is put into one chosen poll. */
enum Injection {
    /** The task is cancelled during the poll. */
    CANCEL,
    /** The poll throws, and what was awaited is cancelled. */
    EXCEPTION,
    /** The poll runs out of memory, and what was awaited is cancelled. */
    OUT_OF_MEMORY,
    /** The task is woken without a reason. */
    SPURIOUS_WAKE;

    Throwable make() {
        return this == OUT_OF_MEMORY
                ? new OutOfMemoryError("injected by the simulation")
                : new IllegalStateException("injected by the simulation");
    }

    @Override
    public String toString() {
        return "injected " + name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
