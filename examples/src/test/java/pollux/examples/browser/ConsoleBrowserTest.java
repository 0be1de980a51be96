package pollux.examples.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.observability.Console;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Barrier;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.time.Timers;

/**
 * The page in a browser, over a program with planted faults. {@code -Dimages=docs/images} writes the pictures of the
 * documentation.
 */
@Timeout(300)
@EnabledIfSystemProperty(named = "pollux.browser", matches = "true")
class ConsoleBrowserTest {

    /** Takes the first lock, waits until the other one has its first, and takes the second one. */
    private static Future<Object> transfer(AsyncMutex from, AsyncMutex to, Barrier both) {
        return from.withLock(() -> both.arrive().then(none -> to.withLock(() -> Futures.ready(""))));
    }

    private static Future<Object> report(CountDownLatch started, CountDownLatch end) {
        return Futures.defer(() -> {
            started.countDown();
            try {
                end.await();
                return Futures.ready("");
            } catch (InterruptedException e) {
                return Futures.failed(e);
            }
        });
    }

    private static Future<Object> checkout(AsyncSemaphore connections, int millis) {
        return connections
                .acquire()
                .then(permit -> Timers.sleep(Duration.ofMillis(millis)).map(none -> {
                    permit.close();
                    return none;
                }))
                .then(none -> checkout(connections, millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void thePageShowsThePlantedFaults(String theme, @TempDir Path pictures) throws Exception {
        Chromium.require();
        System.gc(); // for the pictures: no channels of an earlier test
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (TaskPool shop =
                        TaskPool.builder().workers(3).name("shop").traced(true).build();
                TaskPool evil = TaskPool.builder()
                        .workers(1)
                        .name("<img src=x onerror='document.title=1'>")
                        .build();
                Console console = Console.start(0);
                Chromium browser = new Chromium(1440, 1000)) {
            AsyncSemaphore connections = AsyncSemaphore.traced("connections", 10);
            for (int i = 0; i < 40; i++) {
                shop.spawn(checkout(connections, 3 + i));
            }
            Mpsc<String> mails = Mpsc.named("mails", 10);
            for (int i = 0; i < 7; i++) {
                mails.sender().trySend("mail");
            }
            AsyncMutex accounts = AsyncMutex.traced("accounts");
            AsyncMutex orders = AsyncMutex.traced("orders");
            Barrier both = new Barrier(2);
            shop.spawn(transfer(accounts, orders, both));
            shop.spawn(transfer(orders, accounts, both));
            evil.spawn(Futures.pending());
            Mpsc<String> bold = Mpsc.named("<b onclick=x>", 1);
            evil.spawn(bold.receiver().receive());
            shop.spawn(report(started, end));
            started.await();
            try {
                browser.open(console.url(), theme);
                browser.waitFor("blocked worker for");
                browser.waitFor("deadlock");
                browser.waitFor(
                        "orders.lock(), held since pollux.examples.browser.ConsoleBrowserTest.transfer(ConsoleBrowserTest.java:");
                browser.waitFor("lost wake-up");
                browser.waitFor("AsyncMutex orders.lock()");
                browser.waitFor("<img src=x");
                browser.run("document.querySelector('.cycle a').click()");
                browser.waitFor("held since");
                // a picture shows the samples of some seconds
                browser.run("new Promise(done => setTimeout(done, " + (Chromium.images() == null ? 0 : 8_000) + "))");
                assertThat(browser.run("document.title")).contains("Pollux console");
                assertThat(browser.run("document.querySelectorAll('img').length"))
                        .contains("\"value\":0");
                assertThat(browser.run("document.documentElement.classList.contains('dark')"))
                        .contains("\"value\":" + theme.equals("dark"));
                browser.waitUntil(
                        "document.querySelector('#channels').innerText.match(/mails[^0-9]+7[^0-9]+10[^0-9]+0[^0-9]+1/)");
                browser.waitUntil("document.querySelectorAll('.histogram').length === 2");
                // two tasks, two locks, and the way round
                browser.waitUntil("document.querySelectorAll('#graph .node.task.cycle').length === 2");
                browser.waitUntil("document.querySelectorAll('#graph .node.resource.cycle').length === 2");
                browser.waitUntil("document.querySelectorAll('#graph .edge.cycle').length === 4");
                browser.waitUntil(
                        "document.querySelector('#graph .resource.cycle').textContent.includes('AsyncMutex ')");
                browser.waitUntil("[...document.querySelectorAll('#graph .label')]"
                        + ".some(label => label.textContent === 'channel <b onclick=x>')");
                assertThat(browser.run("document.querySelectorAll('#graph b').length"))
                        .contains("\"value\":0");
                browser.waitUntil("document.querySelectorAll('.worker').length === 4");
                browser.waitUntil("document.querySelectorAll('.diagnosis').length === 3");
                Path images = Chromium.images();
                Path directory = images == null ? pictures : images;
                browser.screenshot(directory.resolve("console-" + theme + ".png"));
                browser.run("document.querySelector('#graphed').scrollIntoView()");
                browser.run("window.scrollBy(0, -70)");
                browser.screenshot(directory.resolve("console-graph-" + theme + ".png"));
                browser.run("document.querySelector('#filter').scrollIntoView()");
                browser.run("window.scrollBy(0, -120)");
                browser.screenshot(directory.resolve("console-tasks-" + theme + ".png"));
            } finally {
                Reference.reachabilityFence(mails);
                Reference.reachabilityFence(bold);
                end.countDown();
            }
        }
    }

    @Test
    void theGraphIsBounded() throws Exception {
        Chromium.require();
        LocalPool pool = new LocalPool();
        try (Console console = Console.start(0);
                Chromium browser = new Chromium(1440, 1000)) {
            JoinHandle<Object> one = pool.spawn(waiting());
            for (int i = 0; i < 90; i++) {
                pool.spawn(one.join());
            }
            chains(pool, 18);
            browser.open(console.url(), "light");
            // 18 chains of three tasks, one task, and what waits for it in one node
            browser.waitUntil("document.querySelectorAll('#graph .node').length === 56");
            browser.waitUntil("[...document.querySelectorAll('#graph .label')]"
                    + ".filter(label => label.textContent === '90 tasks').length === 1");
            assertThat(browser.value("document.querySelector('#folded').textContent"))
                    .isEmpty();
            chains(pool, 82);
            browser.waitUntil("document.querySelectorAll('#graph .node').length === 60");
            browser.waitUntil("document.querySelector('#folded').textContent.startsWith('331 more ')");
            assertThat(browser.value("document.querySelectorAll('#graph .edge.cycle').length"))
                    .isEqualTo("0");
        } finally {
            pool.close();
        }
    }

    private static void chains(LocalPool pool, int number) {
        for (int i = 0; i < number; i++) {
            pool.spawn(pool.spawn(pool.spawn(waiting()).join()).join());
        }
        pool.runUntilStalled();
    }

    /** Waits for what may come: nothing is wrong. */
    private static Future<Object> waiting() {
        return new Promise<>().future();
    }
}
