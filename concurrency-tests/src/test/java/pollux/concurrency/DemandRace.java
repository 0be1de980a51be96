package pollux.concurrency;

import pollux.reactive.spi.Demand;

/** Two requests while one item is delivered. */
class DemandRace extends Race {

    @Override
    public void run() {
        Counter counter = counter();
        counter.add(3);
        together(new Request(counter, 1), new Request(counter, 2), new Delivery(counter));
        require(counter.get() == 5, "demand was lost");
    }

    Counter counter() {
        return new Counter();
    }

    /** The counter of core. */
    static class Counter {
        private final Demand demand = new Demand();

        void add(long n) {
            demand.add(n);
        }

        void spend(long n) {
            demand.spend(n);
        }

        long get() {
            return demand.get();
        }
    }

    private static final class Request implements Runnable {
        private final Counter counter;
        private final long n;

        Request(Counter counter, long n) {
            this.counter = counter;
            this.n = n;
        }

        @Override
        public void run() {
            counter.add(n);
        }
    }

    private static final class Delivery implements Runnable {
        private final Counter counter;

        Delivery(Counter counter) {
            this.counter = counter;
        }

        @Override
        public void run() {
            counter.spend(1);
        }
    }

    /** Canary: adds by reading and writing. */
    static final class AddedInTwoSteps extends DemandRace {
        @Override
        Counter counter() {
            return new Counter() {
                private volatile long amount;

                @Override
                void add(long n) {
                    amount = amount + n;
                }

                @Override
                void spend(long n) {
                    amount = amount - n;
                }

                @Override
                long get() {
                    return amount;
                }
            };
        }
    }
}
