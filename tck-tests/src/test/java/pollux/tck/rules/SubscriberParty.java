package pollux.tck.rules;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import pollux.executor.Spawner;
import pollux.tck.TckEnvironment;
import pollux.tck.matrix.Row;

/**
 * A party that subscribes.
 *
 * @param library who made it
 * @param name how it is made
 * @param consume subscribes and consumes
 */
public record SubscriberParty(String library, String name, Function<Publisher<Integer>, Consumption> consume) {

    public static SubscriberParty of(Row row, Spawner spawner) {
        return new SubscriberParty(
                PublisherParty.OURS, row.name, publisher -> Consumption.of(spawner.spawn(row.await(publisher))));
    }

    boolean isOurs() {
        return library.equals(PublisherParty.OURS);
    }

    /** All conversions of ours that subscribe by themselves, each polled inline and on a pool. */
    public static Stream<List<SubscriberParty>> ours() {
        return Row.all().stream()
                .filter(row -> !row.isOutbound() && row.isDirect())
                .map(row -> List.of(of(row, Spawner.inline()), of(row, TckEnvironment.POOL)));
    }

    /** The peers, each as its users use it. */
    public static List<SubscriberParty> peers() {
        return Peers.subscribers();
    }

    /** The peers' libraries and their versions. */
    public static String peersVersions() {
        return Peers.versions();
    }

    @Override
    public String toString() {
        return library + " " + name;
    }
}
