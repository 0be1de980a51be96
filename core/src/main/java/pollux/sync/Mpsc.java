package pollux.sync;

import java.util.Objects;

/**
 * A channel from many tasks to one, in the order in which the items were sent.
 *
 * <p>It is made as a pair: one {@link Sender}, of which there can be {@linkplain Sender#copy copies}, and the one
 * {@link Receiver}. It ends for the receiver when every sender is closed and all items are taken, and for the senders
 * when the receiver is closed.
 *
 * <p>After {@code tokio::sync::mpsc}.
 *
 * @param <T> the type of the items, which are never null
 */
public final class Mpsc<T> {

    private final Sender<T> sender;
    private final Receiver<T> receiver;

    private Mpsc(MpscCore<T> core) {
        sender = new Sender<>(core);
        receiver = new Receiver<>(core);
    }

    /**
     * Makes a channel that holds so many items; senders of more wait, in turn.
     *
     * @param <T> the type of the items
     * @param capacity the number of items, at least 1; takes no memory in advance
     * @return the channel
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public static <T> Mpsc<T> bounded(int capacity) {
        return new Mpsc<>(new MpscCore<>(requireRoom(capacity), null));
    }

    /**
     * Makes a {@linkplain #bounded bounded} channel with a name, which dumps and {@link ChannelMetrics#ofNamed} show. A
     * dump can also tell that a receiver waits in vain because its senders were collected as garbage without {@link
     * Sender#close}. Each sender of such a channel has a weak reference; sending and receiving cost what they cost
     * without a name.
     *
     * @param <T> the type of the items
     * @param name what dumps call it; several channels may have one name
     * @param capacity the number of items, at least 1; takes no memory in advance
     * @return the channel
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public static <T> Mpsc<T> named(String name, int capacity) {
        return new Mpsc<>(new MpscCore<>(requireRoom(capacity), Objects.requireNonNull(name, "name")));
    }

    private static int requireRoom(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a channel of capacity " + capacity + " could never take an item; it needs at least 1");
        }
        return capacity;
    }

    /**
     * Makes a channel without a bound. A sender that is faster than the receiver fills the memory; there is no
     * backpressure, so prefer {@link #bounded} wherever a sender can wait.
     *
     * @param <T> the type of the items
     * @return the channel
     */
    public static <T> Mpsc<T> unbounded() {
        return new Mpsc<>(new MpscCore<>(Permits.MAX, null));
    }

    /**
     * Returns the first sender.
     *
     * @return always the same one; further ones by {@link Sender#copy}
     */
    public Sender<T> sender() {
        return sender;
    }

    /**
     * Returns the receiver.
     *
     * @return always the same one
     */
    public Receiver<T> receiver() {
        return receiver;
    }

    @Override
    public String toString() {
        return "Mpsc[" + receiver + "]";
    }
}
