package pollux.examples.shop;

import io.r2dbc.spi.Connection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Drives the shop from outside, over HTTP, and looks at what it did, in the database and in the engine's count of rows.
 *
 * <p>Nothing is timed. Where it has to wait for the server to come to rest, it asks the server other things meanwhile: rest is
 * when many requests have been answered and no row was read. Deadlines only guard against hanging.
 */
final class Check {

    /** How far the database may be ahead of a reader: Netty's 128 rows, the prefetch, and two socket buffers full. */
    private static final long AHEAD = 2_000;

    private static final long HEAP_MIB = 4;
    private static final int REQUESTS_AT_REST = 50;
    private static final long HANG_NANOS = 60_000_000_000L;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Shop shop;
    private boolean passed = true;

    private Check(Shop shop) {
        this.shop = shop;
    }

    /** Runs all checks, prints a line for each, and tells whether they passed. */
    static boolean run() {
        try (Shop shop = Shop.open(0)) {
            Check check = new Check(shop);
            check.paidOrderIsCommitted();
            check.refusedOrderLeavesNoTrace();
            check.abandonedOrderLeavesNoTrace();
            check.databaseFollowsTheReader();
            check.lostReaderReleasesTheCursor();
            return check.passed;
        } catch (IOException | InterruptedException e) {
            System.out.println("FAIL " + e);
            return false;
        }
    }

    private void paidOrderIsCommitted() throws IOException, InterruptedException {
        long before = ask(tx -> Orders.available(tx, 1));
        HttpResponse<String> answer = post(1);
        Receipt stored = ask(tx -> Orders.receipts(tx, 1));
        long after = ask(tx -> Orders.available(tx, 1));
        await(() -> shop.paymentService.abandoned() == 1);
        report(
                "a paid order is committed",
                answer.statusCode() == 200
                        && stored != null
                        && answer.body().equals(stored.toJson())
                        && before - after == 6
                        && shop.paymentService.attempts(1) >= 3,
                "receipt %s, in the database %s; stock %d -> %d; payment attempts %d, of which timed out and cancelled %d",
                answer.body().strip(),
                stored,
                before,
                after,
                shop.paymentService.attempts(1),
                shop.paymentService.abandoned());
    }

    private void refusedOrderLeavesNoTrace() throws IOException, InterruptedException {
        long before = ask(tx -> Orders.available(tx, PaymentService.BROKE));
        HttpResponse<String> answer = post(PaymentService.BROKE);
        Receipt stored = ask(tx -> Orders.receipts(tx, PaymentService.BROKE));
        long after = ask(tx -> Orders.available(tx, PaymentService.BROKE));
        await(() -> shop.database.connectionsInUse() == 0);
        report(
                "a refused order is rolled back",
                answer.statusCode() == 402
                        && stored == null
                        && before == after
                        && shop.paymentService.attempts(PaymentService.BROKE) == 1,
                "status %d, in the database %s; stock %d -> %d; payment attempts %d; connections in use %d",
                answer.statusCode(),
                stored,
                before,
                after,
                shop.paymentService.attempts(PaymentService.BROKE),
                shop.database.connectionsInUse());
    }

    private void abandonedOrderLeavesNoTrace() throws IOException, InterruptedException {
        long before = ask(tx -> Orders.available(tx, PaymentService.STUCK));
        int gone = shop.paymentService.abandoned();
        CompletableFuture<?> answer =
                client.sendAsync(checkout(PaymentService.STUCK), HttpResponse.BodyHandlers.discarding());
        await(() -> shop.paymentService.attempts(PaymentService.STUCK) > 0);
        int inUse = shop.database.connectionsInUse();
        answer.cancel(true); // closes the connection
        await(() -> shop.database.connectionsInUse() == 0 && shop.paymentService.abandoned() > gone);
        Receipt stored = ask(tx -> Orders.receipts(tx, PaymentService.STUCK));
        long after = ask(tx -> Orders.available(tx, PaymentService.STUCK));
        report(
                "an abandoned checkout is rolled back",
                stored == null && before == after && inUse == 1,
                "the caller left during the payment, the payment was cancelled, in the database %s; stock %d -> %d;"
                        + " connections in use %d, then 0",
                stored,
                before,
                after,
                inUse);
    }

    private void databaseFollowsTheReader() throws IOException, InterruptedException {
        long lazy = rowsReadForTheFirst(true);
        long eager = rowsReadForTheFirst(false);
        report(
                "the count sees a database that runs ahead",
                lazy <= 2 && eager == Readings.COUNT,
                "for the first row H2 reads %d rows if lazy, %d if not",
                lazy,
                eager);
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
                awaitRest();
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
                mostAhead <= AHEAD && mostHeap <= HEAP_MIB << 20,
                "at most %d rows in flight (limit %d), heap after collection at most %.1f MiB more (limit %d)",
                mostAhead,
                AHEAD,
                mostHeap / 1048576.0,
                HEAP_MIB);
    }

    private long rowsReadForTheFirst(boolean lazy) {
        long start = Readings.rowsRead();
        shop.database
                .read(tx -> Database.update(tx, "set lazy_query_execution " + lazy)
                        .thenMany(Readings.all(tx).take(1))
                        .concatWith(Database.update(tx, "set lazy_query_execution true")
                                .then(Mono.empty())))
                .blockLast();
        return Readings.rowsRead() - start;
    }

    private void lostReaderReleasesTheCursor() throws IOException, InterruptedException {
        int gone = shop.rows.cancelled();
        long start = Readings.rowsRead();
        try (SlowReader reader = new SlowReader(shop.port())) {
            for (int i = 0; i < 1_000; i++) {
                reader.read();
            }
            awaitRest();
        }
        await(() -> shop.rows.cancelled() > gone && shop.database.connectionsInUse() == 0);
        long atCancel = Readings.rowsRead();
        awaitRest();
        report(
                "a lost reader cancels the cursor",
                Readings.rowsRead() == atCancel && atCancel - start < Readings.COUNT,
                "reader left at row 1000, result cancelled, database read %d rows and none after; connections in use %d",
                atCancel - start,
                shop.database.connectionsInUse());
    }

    // ------------------------------------------------------------------

    private void report(String claim, boolean holds, String figures, Object... arguments) {
        passed &= holds;
        System.out.println((holds ? "ok   " : "FAIL ") + claim + ": " + figures.formatted(arguments));
    }

    private HttpResponse<String> post(long order) throws IOException, InterruptedException {
        return client.send(checkout(order), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest checkout(long order) {
        return HttpRequest.newBuilder(URI.create(shop.url() + "/orders/" + order + "/checkout"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private void get() throws IOException, InterruptedException {
        client.send(
                HttpRequest.newBuilder(URI.create(shop.url() + "/")).build(), HttpResponse.BodyHandlers.discarding());
    }

    /** Asks the database, on a connection of its own. */
    private <T> T ask(Function<Connection, ? extends Publisher<T>> question) {
        return Mono.from(shop.database.read(tx -> Flux.from(question.apply(tx))))
                .block();
    }

    /** Returns when no row was read while the server answered many other requests. */
    private void awaitRest() throws IOException, InterruptedException {
        long[] seen = {Readings.rowsRead(), 0};
        await(() -> {
            long now = Readings.rowsRead();
            seen[1] = now == seen[0] ? seen[1] + 1 : 0;
            seen[0] = now;
            return seen[1] == REQUESTS_AT_REST;
        });
    }

    private void await(BooleanSupplier condition) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > HANG_NANOS) {
                throw new IOException("the server did not come to rest within a minute");
            }
            get();
        }
    }

    private static long heap() {
        System.gc();
        Runtime jvm = Runtime.getRuntime();
        return jvm.totalMemory() - jvm.freeMemory();
    }
}
