package pollux.future;

/**
 * A future, stream or task that can say what it waits for, so that a dump can look inside it. Optional: of anything
 * else a dump shows the class, or what its {@code toString} says if it has one of its own.
 *
 * <p>An implementation reads its own fields and nothing else. It is called on any thread, while the owner goes on
 * polling, so it may see fields of different ages, and what has ended in the meantime. It reads each field once, into a
 * variable; takes no lock that is held while code of users runs; calls no code of users; changes nothing. What it
 * throws is caught, and is shown in its place.
 */
public interface Inspectable {

    /**
     * Says what this object waits for.
     *
     * @param sketch takes the answer; of no use after the call
     */
    void describe(AwaitTree sketch);
}
