package pollux.internal.memory;

/**
 * A look at how much stack is left, before steps that must not be cut off by its end.
 *
 * <p>A {@link StackOverflowError} may come from any call. Between the taking and the giving back of a lock it leaves
 * the lock taken for good, whatever {@code finally} says: {@code unlock()} is a call, too.
 */
public final class SufficientStack {

    private SufficientStack() {}

    /**
     * Returns if so many small frames fit below the caller; ends with a StackOverflowError now, where nothing has
     * happened, if they do not.
     *
     * @param frames how many; several times the depth of the calls that follow, since compiled frames are small and
     *     those of the interpreter are not
     */
    public static void ensure(int frames) {
        int unused = descend(frames);
    }

    private static int descend(int frames) {
        return frames == 0 ? 0 : descend(frames - 1) + 1; // not the last call of the method, so never a loop
    }
}
