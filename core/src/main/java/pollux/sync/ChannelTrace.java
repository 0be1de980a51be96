package pollux.sync;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/** The name of a channel, and its senders that are not closed. Only channels with a name have one. */
final class ChannelTrace {

    /*
     * A sender that is closed leaves the set; one that is collected as garbage leaves a cleared reference in it. So a
     * channel has lost its senders if there are as many cleared references as senders that are not closed: nothing that
     * is reachable can send or close. A copy is counted before it is in the set. A pending send holds its sender; an
     * open permit holds none, but it takes up a slot, and so does an item; the caller looks at the slots after this.
     */

    private static final Set<MpscCore<?>> NAMED = Collections.newSetFromMap(new WeakHashMap<>());

    private final String name;
    private final Set<Reference<?>> senders = ConcurrentHashMap.newKeySet();

    private ChannelTrace(String name) {
        this.name = name;
    }

    static ChannelTrace of(String name, MpscCore<?> core) {
        synchronized (NAMED) {
            NAMED.add(core);
        }
        return new ChannelTrace(name);
    }

    /** The channels with a name that are reachable. */
    static List<MpscCore<?>> named() {
        synchronized (NAMED) {
            return new ArrayList<>(NAMED);
        }
    }

    String name() {
        return name;
    }

    Reference<?> add(Sender<?> sender) {
        Reference<?> reference = new WeakReference<>(sender);
        senders.add(reference);
        return reference;
    }

    void remove(Reference<?> sender) {
        senders.remove(sender);
    }

    /** Whether none of so many senders that are not closed can send or close any more. */
    boolean lostSenders(int open) {
        int lost = 0;
        for (Reference<?> sender : senders) {
            if (sender.refersTo(null)) {
                lost++;
            }
        }
        return open > 0 && lost == open;
    }
}
