package pollux.examples.shop;

import static pollux.reactor.ReactorAdapter.on;

import io.r2dbc.spi.Connection;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import pollux.debug.Dump;
import pollux.examples.shop.Readings.Reading;
import pollux.observability.Console;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/**
 * Drives the shop from outside, over HTTP, and looks at what it did, in the database and in the engine's count of rows.
 *
 * <p>Nothing is timed, see {@link Caller}.
 */
final class Check {

    /** How far the database may be ahead of a reader: Netty's 128 rows, the prefetch, and two socket buffers full. */
    private static final long AHEAD = 2_000;

    private static final long HEAP_BYTES = 4 << 20;
    private static final long HEAP_NOISE = 64 << 10;

    private final Shop shop;
    private final Caller caller;
    private boolean passed = true;

    private Check(Shop shop) {
        this.shop = shop;
        this.caller = new Caller(shop.url());
    }

    /** Runs all checks, prints a line for each, and tells whether they passed. */
    static boolean run() {
        try (Shop shop = Shop.open(0)) {
            Check check = new Check(shop);
            check.paidOrderIsCommitted();
            check.refusedOrderLeavesNoTrace();
            check.abandonedOrderLeavesNoTrace();
            check.theCountSeesADatabaseThatRunsAhead();
            check.databaseFollowsDemand();
            check.databaseFollowsTheReader();
            check.lostReaderReleasesTheCursor();
            check.thePageIsServed();
            check.theLinesOfACheckoutAreSeen();
            check.theDialIsFollowed();
            check.theFaultsAreFound();
            return check.passed;
        } catch (IOException | InterruptedException | RuntimeException e) {
            System.out.println("FAIL " + e);
            e.printStackTrace();
            return false;
        }
    }

    private void paidOrderIsCommitted() throws IOException, InterruptedException {
        long before = ask(tx -> Orders.available(tx, 1));
        HttpResponse<String> answer = caller.checkout(1);
        Receipt stored = ask(tx -> Orders.receipt(tx, 1));
        long after = ask(tx -> Orders.available(tx, 1));
        caller.await(() -> shop.paymentService.abandoned() >= 1);
        report(
                "a paid order is committed",
                answer.statusCode() == 200
                        && stored != null
                        && answer.body().equals(stored.toJson())
                        && before - after == 6
                        && shop.paymentService.attempts(1) >= 3,
                "answer %s, in the database %s; stock %d -> %d; payment attempts %d, of which timed out and cancelled %d",
                answer.body().strip(),
                text(stored),
                before,
                after,
                shop.paymentService.attempts(1),
                shop.paymentService.abandoned());
    }

    private void refusedOrderLeavesNoTrace() throws IOException, InterruptedException {
        long before = ask(tx -> Orders.available(tx, PaymentService.BROKE));
        HttpResponse<String> answer = caller.checkout(PaymentService.BROKE);
        Receipt stored = ask(tx -> Orders.receipt(tx, PaymentService.BROKE));
        long after = ask(tx -> Orders.available(tx, PaymentService.BROKE));
        caller.await(() -> shop.database.connectionsInUse() == 0);
        report(
                "a refused order is rolled back",
                answer.statusCode() == 402
                        && stored == null
                        && before == after
                        && shop.paymentService.attempts(PaymentService.BROKE) == 1,
                "status %d, in the database %s; stock %d -> %d; payment attempts %d; connections in use %d",
                answer.statusCode(),
                text(stored),
                before,
                after,
                shop.paymentService.attempts(PaymentService.BROKE),
                shop.database.connectionsInUse());
    }

    private void abandonedOrderLeavesNoTrace() throws IOException, InterruptedException {
        long before = ask(tx -> Orders.available(tx, PaymentService.STUCK));
        int gone = shop.paymentService.abandoned();
        CompletableFuture<?> answer = caller.startCheckout(PaymentService.STUCK);
        caller.await(() -> shop.paymentService.attempts(PaymentService.STUCK) > 0);
        int inUse = shop.database.connectionsInUse();
        answer.cancel(true); // closes the connection
        caller.await(() -> shop.database.connectionsInUse() == 0 && shop.paymentService.abandoned() > gone);
        Receipt stored = ask(tx -> Orders.receipt(tx, PaymentService.STUCK));
        long after = ask(tx -> Orders.available(tx, PaymentService.STUCK));
        report(
                "an abandoned checkout is rolled back",
                stored == null && before == after && inUse == 1,
                "the caller left during the payment, the payment was cancelled, in the database %s; stock %d -> %d;"
                        + " connections in use %d, then 0",
                text(stored),
                before,
                after,
                inUse);
    }

    private void theCountSeesADatabaseThatRunsAhead() {
        long start = Readings.rowsRead();
        long heap = heap();
        try (Stream<Reading> rows = shop.database.read(Readings::sorted).toStream(1)) {
            rows.iterator().next();
            long read = Readings.rowsRead() - start;
            long grown = heap() - heap;
            report(
                    "the figures below would show a database that runs ahead",
                    read == Readings.COUNT && grown > HEAP_BYTES,
                    "before the first row of a sorted result it has read %d, and the heap has grown by %s",
                    read,
                    mib(grown));
        }
    }

    private void databaseFollowsDemand() throws IOException, InterruptedException {
        long start = Readings.rowsRead();
        long demand = 10;
        AtomicInteger received = new AtomicInteger();
        BaseSubscriber<Reading> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(demand);
            }

            @Override
            protected void hookOnNext(Reading row) {
                received.incrementAndGet();
            }
        };
        on(shop.workers).flux(shop.rows.rows()).subscribe(reader);
        caller.await(() -> received.get() == demand);
        caller.awaitRest();
        long read = Readings.rowsRead() - start;
        reader.cancel();
        caller.await(() -> shop.database.connectionsInUse() == 0);
        report(
                "the database follows demand",
                received.get() == demand && read <= demand + RowsEndpoint.PREFETCH,
                "request(%d) brought %d rows, database read %d (limit %d + prefetch %d)",
                demand,
                received.get(),
                read,
                demand,
                RowsEndpoint.PREFETCH);
    }

    private void databaseFollowsTheReader() throws IOException, InterruptedException {
        long start = Readings.rowsRead();
        long heap = heap();
        long mostAhead = 0;
        long mostHeap = 0;
        long expected = 1;
        boolean inOrder = true;
        try (SlowReader reader = new SlowReader(shop.port())) {
            for (long stop : new long[] {1, 100, 1_000, 10_000, 50_000, Readings.COUNT}) {
                for (; expected <= stop; expected++) {
                    inOrder &= reader.read() == expected;
                    mostAhead = Math.max(mostAhead, Readings.rowsRead() - start - expected);
                }
                caller.awaitRest();
                long read = Readings.rowsRead() - start;
                mostAhead = Math.max(mostAhead, read - stop);
                mostHeap = Math.max(mostHeap, heap() - heap);
                report(
                        "the database follows the reader",
                        read - stop <= AHEAD,
                        "reader stopped at row %d, database read %d, in flight %d (limit %d)",
                        stop,
                        read,
                        read - stop,
                        AHEAD);
            }
            inOrder &= reader.read() == -1;
        }
        report("all rows arrive, in order", inOrder, "rows %d", expected - 1);
        report(
                "a slow reader does not grow memory",
                mostAhead <= AHEAD && mostHeap <= HEAP_BYTES,
                "at most %d rows in flight (limit %d), heap after collection grew by at most %s (limit %s)",
                mostAhead,
                AHEAD,
                mib(mostHeap),
                mib(HEAP_BYTES));
    }

    private void lostReaderReleasesTheCursor() throws IOException, InterruptedException {
        int gone = shop.rows.cancelled();
        long start = Readings.rowsRead();
        try (SlowReader reader = new SlowReader(shop.port())) {
            for (int i = 0; i < 1_000; i++) {
                reader.read();
            }
            caller.awaitRest();
        }
        caller.await(() -> shop.rows.cancelled() > gone && shop.database.connectionsInUse() == 0);
        long atCancel = Readings.rowsRead();
        caller.awaitRest();
        report(
                "a lost reader cancels the cursor",
                Readings.rowsRead() == atCancel && atCancel - start < Readings.COUNT,
                "reader left at row 1000, result cancelled, database read %d rows and none after; connections in use %d",
                atCancel - start,
                shop.database.connectionsInUse());
    }

    // ------------------------------------------------------------------ the page

    private void thePageIsServed() throws IOException, InterruptedException {
        HttpResponse<String> page = caller.get("/");
        HttpResponse<String> source = caller.get("/source");
        report(
                "the page is served",
                page.statusCode() == 200
                        && page.body().contains("<title>Pollux demo</title>")
                        && source.body().contains("await(pay("),
                "%,d characters, and %,d of its source; console at %s",
                page.body().length(),
                source.body().length(),
                shop.page.console.url());
    }

    private void theLinesOfACheckoutAreSeen() throws IOException, InterruptedException {
        String number = caller.post("/orders").body().replaceAll("\\D", "");
        CompletableFuture<HttpResponse<String>> answer =
                caller.startCheckout("/orders/" + number + "/checkout?latency=20");
        int find = Page.line("Checkout.java", "await(Orders.open(");
        int reserve = Page.line("Checkout.java", "await(Orders.reserve(");
        int pay = Page.line("Checkout.java", "await(pay(");
        String ended = ".*\"runs\":\\[\\{\"order\":" + number + ",[^{]*\"(committed|[^\"]*rolled back).*";
        String last;
        try (Stream<String> events = caller.events("/events")) {
            last = events.filter(event -> event.matches(ended)).findFirst().orElse("");
        }
        String run = last.substring(Math.max(0, last.indexOf("{\"order\":" + number)));
        report(
                "the page sees a checkout, line by line",
                answer.join().statusCode() == 200
                        && Stream.of(find, reserve, pay).allMatch(line -> run.contains("[" + line + ","))
                        && Stream.of("503 Service Unavailable", "silence, given up", "200 paid")
                                .allMatch(run::contains),
                "%s",
                run.replaceAll("\\]\\},\\{.*", "]}"));
    }

    private void theDialIsFollowed() throws IOException, InterruptedException {
        caller.post("/reader/2000");
        caller.await(() -> shop.page.reader.rowsRead() >= 3_000);
        caller.post("/reader/0");
        caller.awaitRest();
        String stopped = caller.post("/reader/0").body().strip();
        long ahead = number(stopped, "fetched") - number(stopped, "read");
        caller.post("/reader/leave");
        caller.await(() -> shop.database.connectionsInUse() == 0);
        report("the database follows the dial", ahead >= 0 && ahead <= AHEAD, "%s (limit %d)", stopped, AHEAD);
    }

    private static long number(String json, String field) {
        return Long.parseLong(json.replaceAll(".*\"" + field + "\":(\\d+).*", "$1"));
    }

    /** In the text of a dump, in that of the console, in the JSON of both. */
    private void theFaultsAreFound() throws IOException, InterruptedException {
        caller.await(() -> diagnoses().isEmpty()); // a worker that the machine has no time for looks like a blocked one
        report("a shop without faults shows none", true, "[]");
        for (Faults.Fault fault : Faults.Fault.values()) {
            String tasks = caller.post("/faults/" + fault).body().strip();
            String line = "Faults.java:" + Page.line("Faults.java", fault.code) + ")";
            caller.await(() -> diagnoses().stream()
                    .anyMatch(
                            found -> found.contains("\"title\":\"" + fault.diagnosis + "\"") && found.contains(line)));
            StringBuilder console = new StringBuilder();
            Console.print(console);
            Dump dump = Dump.ofEverything();
            report(
                    fault.diagnosis + " is found, with its line",
                    console.toString().contains(fault.diagnosis.toUpperCase(Locale.ROOT))
                            && Stream.of(console, dump, dump.toJson())
                                    .allMatch(each -> each.toString().contains(line))
                            && dump.toString().contains(fault.mark)
                            // JSON lists the cycles instead of marking their tasks
                            && (fault.mark.equals("WAITS FOR ITSELF")
                                    ? !dump.circles().isEmpty()
                                            && !dump.toJson().contains("\"circles\":[]")
                                    : dump.toJson().contains(fault.mark)),
                    "tasks %s at %s",
                    tasks,
                    line);
        }
        caller.post("/faults/heal");
        caller.await(() -> diagnoses().isEmpty());
    }

    /** What the console says is wrong, each as JSON. */
    private List<String> diagnoses() {
        try {
            String snapshot = caller.get("/console/snapshot").body();
            String list = snapshot.replaceAll("(?s).*\"diagnoses\":\\[(.*?)\\],\"channels\".*", "$1");
            return list.isEmpty() ? List.of() : List.of(list.split("(?<=\\}),"));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ------------------------------------------------------------------

    private void report(String claim, boolean holds, String figures, Object... arguments) {
        passed &= holds;
        System.out.println((holds ? "ok   " : "FAIL ") + claim + ": " + figures.formatted(arguments));
    }

    /** Asks the database, on a connection of its own. */
    private <T> @Nullable T ask(Function<Connection, Mono<T>> question) {
        return shop.database
                .read(tx -> question.apply(tx).flux())
                .singleOrEmpty()
                .block(Caller.HANG);
    }

    private static String text(@Nullable Receipt receipt) {
        return receipt == null ? "nothing" : receipt.toJson().strip();
    }

    private static String mib(long bytes) {
        return "%.1f MiB".formatted(bytes / 1048576.0);
    }

    /** What is in use after collections that free nothing more. */
    private static long heap() {
        Runtime jvm = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        while (true) {
            System.gc();
            long used = jvm.totalMemory() - jvm.freeMemory();
            if (used > least - HEAP_NOISE) {
                return Math.min(used, least);
            }
            least = used;
        }
    }
}
