package pollux.tck.rules;

import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import pollux.tck.Elements;
import pollux.tck.matrix.Row;

/**
 * A party that publishes.
 *
 * @param library who made it
 * @param name how it is made
 * @param most how many items it has at most
 * @param items makes a publisher of so many numbers from 0 on; no more than {@code most}
 * @param failing makes a publisher that fails with IllegalArgumentException
 * @param silent makes a publisher that never signals anything but onSubscribe, if it can
 * @param direct whether no operator of a library stands in front of it
 */
public record PublisherParty(
        String library,
        String name,
        long most,
        LongFunction<Publisher<?>> items,
        Supplier<Publisher<?>> failing,
        @Nullable Supplier<Publisher<?>> silent,
        boolean direct) {

    static final String OURS = "Pollux";

    /** A bridge of ours, over a source at hand or a distant one. */
    static PublisherParty of(Row row, boolean distant) {
        return new PublisherParty(
                OURS,
                row.name,
                row.mostItems(),
                n -> row.publish(() -> new Numbers(n, Numbers.Then.END, distant)),
                () -> row.publish(() -> new Numbers(0, Numbers.Then.FAILURE, distant)),
                () -> row.publish(() -> new Numbers(0, Numbers.Then.SILENCE, distant)),
                row.isDirect());
    }

    /** A bridge of ours that does not start from one source. */
    static PublisherParty of(String name, LongFunction<Publisher<?>> items, Supplier<Publisher<?>> failing) {
        return new PublisherParty(OURS, name, Long.MAX_VALUE, items, failing, null, true);
    }

    static RuntimeException failure() {
        return Elements.failure();
    }

    boolean isOurs() {
        return library.equals(OURS);
    }

    /** All bridges of ours, each over both kinds of source; but an Observable, which knows no demand. */
    static List<List<PublisherParty>> ours() {
        return Row.all().stream()
                .filter(row -> row.isOutbound() && (row.isDirect() || row.mostItems() <= 1))
                .map(row -> List.of(of(row, false), of(row, true)))
                .toList();
    }

    @Override
    public String toString() {
        return library + " " + name;
    }
}
