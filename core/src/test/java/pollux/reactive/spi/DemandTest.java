package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemandTest {

    private final Demand demand = new Demand();

    @Test
    void addsUpAndTellsWhatWasThereBefore() { // 3.8
        assertThat(demand.add(2)).isZero();
        assertThat(demand.add(3)).isEqualTo(2);
        assertThat(demand.get()).isEqualTo(5);
    }

    @Test
    void isSpent() {
        demand.add(5);
        assertThat(demand.spend(2)).isEqualTo(3);
        assertThat(demand.spend(3)).isZero();
    }

    @Test
    void saturatesAndIsThenNeverSpent() { // 3a-32, 3.17
        demand.add(Long.MAX_VALUE / 2);
        demand.add(Long.MAX_VALUE / 2);
        demand.add(1);
        demand.add(1);
        assertThat(demand.get()).isEqualTo(Long.MAX_VALUE);
        assertThat(demand.spend(1_000)).isEqualTo(Long.MAX_VALUE);
        assertThat(demand).hasToString("unbounded");
    }

    @Test
    void isDrained() {
        demand.add(3);
        assertThat(demand.drain()).isEqualTo(3);
        assertThat(demand.get()).isZero();
    }
}
