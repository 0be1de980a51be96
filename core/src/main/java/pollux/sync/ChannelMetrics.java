package pollux.sync;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a {@linkplain Mpsc#named named} channel holds at one moment.
 *
 * @param name its name
 * @param queued how many items it holds, with those that are being sent or for which there is an open permit
 * @param capacity how many it can hold
 * @param waiting how many sends wait for room
 * @param senders how many senders are not closed
 */
public record ChannelMetrics(String name, long queued, long capacity, long waiting, int senders) {

    /**
     * Looks at all channels of this process that have a name and are reachable. May be called from any thread; does not
     * hold up senders and receivers.
     *
     * @return a picture of each, in the order of their names
     */
    public static List<ChannelMetrics> ofNamed() {
        List<ChannelMetrics> channels = new ArrayList<>();
        for (MpscCore<?> core : ChannelTrace.named()) {
            ChannelTrace trace = core.trace;
            if (trace != null) {
                channels.add(new ChannelMetrics(
                        trace.name(),
                        Math.max(0, core.capacity - core.slots.available()),
                        core.capacity,
                        core.slots.waiting(),
                        core.senders.get()));
            }
        }
        channels.sort(Comparator.comparing(ChannelMetrics::name));
        return List.copyOf(channels);
    }
}
