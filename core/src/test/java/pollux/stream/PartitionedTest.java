package pollux.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.stream.Script.END;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link AsyncStream#partitioned}: order within a key, order of the results, what is started when. */
@Timeout(120)
class PartitionedTest {

    private final List<Cell<String>> cells = new ArrayList<>();

    PartitionedTest() {
        for (int i = 0; i < 200; i++) {
            cells.add(new Cell<>());
        }
    }

    private List<Integer> started() {
        List<Integer> started = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).polls > 0) {
                started.add(i);
            }
        }
        return started;
    }

    private Driven driven(int count, int concurrency, int keys) {
        return new Driven(AsyncStreams.range(0, count).partitioned(concurrency, i -> i % keys, cells::get));
    }

    @Test
    void oneOfEachKeyRunsAndResultsKeepTheOrder() {
        Driven driven = driven(6, 6, 2);
        assertThat(driven.ready()).isEmpty();
        assertThat(started()).containsExactly(0, 1);
        cells.get(1).complete("1");
        assertThat(driven.ready()).isEmpty();
        assertThat(started()).containsExactly(0, 1, 3);
        cells.get(0).complete("0");
        assertThat(driven.ready()).containsExactly("0", "1");
        assertThat(started()).containsExactly(0, 1, 2, 3);
        for (int i : new int[] {3, 2, 4, 5}) {
            cells.get(i).complete("" + i);
            assertThat(driven.poll().isPending()).isEqualTo(i == 3);
        }
    }

    @Test
    void itRunsAheadByNoMoreThanItMay() {
        Driven driven = driven(9, 3, 3);
        driven.ready();
        cells.get(1).complete("1");
        cells.get(2).complete("2");
        assertThat(driven.ready()).isEmpty();
        assertThat(started()).containsExactly(0, 1, 2);
        cells.get(0).complete("0");
        assertThat(driven.ready()).containsExactly("0", "1", "2");
        assertThat(started()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void nothingBehindAFailureIsStartedButWhatIsBeforeItIs() {
        Driven driven = new Driven(AsyncStreams.of(0, 1, 2, 3, 4, 5)
                .partitioned(9, i -> List.of("a", "a", "b", "b", "a", "c").get(i), cells::get));
        driven.ready();
        assertThat(started()).containsExactly(0, 2, 5);
        IOException failure = new IOException("down");
        cells.get(2).fail(failure);
        assertThat(driven.ready()).isEmpty();
        cells.get(0).complete("0");
        assertThat(driven.ready()).containsExactly("0");
        assertThat(started())
                .as("1 comes before the failure, 3 and 4 behind it")
                .containsExactly(0, 1, 2, 5);
        cells.get(1).complete("1");
        assertThat(driven.ready()).containsExactly("1", failure);
        assertThat(started()).containsExactly(0, 1, 2, 5);
        assertThat(cells.get(5).cancels).isOne();
    }

    @Test
    void cancelCancelsWhatRunsAndStartsNothing() {
        Driven driven = driven(6, 6, 2);
        driven.ready();
        assertThat(driven.stream.cancel()).isFalse(); // the next poll drops the items that wait
        assertThat(started()).containsExactly(0, 1);
        assertThat(cells.get(0).cancels + cells.get(1).cancels).isEqualTo(2);
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(CancellationException.class);
        assertThat(started()).containsExactly(0, 1);
    }

    /** Whether some key had two futures at once, in a run in which futures end in a random order. */
    private boolean overlaps(boolean broken, long seed) {
        Random random = new Random(seed);
        Set<Integer> busy = new HashSet<>();
        Set<Integer> running = new HashSet<>();
        boolean[] overlap = {false};
        AsyncStream<Integer> source = AsyncStreams.range(0, cells.size());
        java.util.function.Function<Integer, Cell<String>> start = i -> {
            overlap[0] |= !busy.add(i % 7);
            running.add(i);
            return cells.get(i);
        };
        Driven driven = new Driven(broken ? source.buffered(16, start) : source.partitioned(16, i -> i % 7, start));
        List<Object> seen = new ArrayList<>(driven.ready());
        while (!running.isEmpty()) {
            List<Integer> now = new ArrayList<>(running);
            int ended = now.get(random.nextInt(now.size()));
            running.remove(ended);
            busy.remove(ended % 7);
            cells.get(ended).complete("" + ended);
            seen.addAll(driven.ready());
        }
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            expected.add("" + i);
        }
        expected.add(END);
        assertThat(seen).isEqualTo(expected);
        return overlap[0];
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noKeyOverlapsInARandomRun(long seed) {
        assertThat(overlaps(false, seed)).isFalse();
    }

    @Test
    void canaryWithoutKeysTheyOverlap() {
        assertThat(overlaps(true, 1)).isTrue();
    }
}
