package pollux.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.examples.browser.Chromium;

/** The page of the demo in a browser: every button. {@code -Dimages=} writes the pictures of the documentation. */
@Timeout(300)
@EnabledIfSystemProperty(named = "pollux.browser", matches = "true")
class DemoBrowserTest {

    private static final int PAY = Page.line("Checkout.java", "await(pay(");

    private static String receipts() {
        return "document.querySelector('#totals dd').textContent";
    }

    private static String lit() {
        return "(document.querySelector('#source .lit') || {innerText: ''}).innerText";
    }

    private static String outcome() {
        return "document.querySelector('.run p').innerText";
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everyButtonDoesWhatItSays(String theme, @TempDir Path pictures) throws Exception {
        Chromium.require();
        try (Shop shop = Shop.open(0);
                Chromium browser = new Chromium(1440, 1180)) {
            browser.open(URI.create(shop.url()), theme);
            browser.waitUntil("document.querySelectorAll('#source div').length > 10");
            assertThat(browser.value("document.documentElement.classList.contains('dark')"))
                    .isEqualTo("" + theme.equals("dark"));

            // the page and the browser have the time to see each line, however busy the machine is
            browser.run("(() => { const fetched = window.fetch; window.fetch = (url, options) =>"
                    + " fetched(String(url).replace('latency=200', 'latency=1000'), options); })()");

            // a checkout: its lines are lit, its payments are seen
            browser.click("#checkout");
            browser.waitUntil(lit() + ".includes('Orders.open')");
            browser.waitUntil(lit() + ".includes('Orders.reserve')");
            browser.waitUntil(lit() + ".startsWith('" + PAY + "') && " + lit() + ".includes('Timers.timeout, left')");
            browser.waitUntil(outcome() + ".includes('committed')");
            browser.waitUntil(receipts() + " === '1'");
            browser.waitUntil("document.querySelectorAll('.run .failed').length === 1"
                    + " && document.querySelector('.run .failed').title.includes('503')"
                    + " && document.querySelector('.run .silent').innerText.includes('given up')"
                    + " && document.querySelectorAll('.run .paid').length === 1");

            // leave now: nothing is committed
            browser.click("#checkout");
            browser.waitUntil(lit() + ".startsWith('" + PAY + "') && document.querySelectorAll('.run').length === 2");
            browser.click("#leave");
            browser.waitUntil(outcome() + ".includes('the customer left: rolled back')");
            browser.waitUntil("document.querySelectorAll('#totals dd')[2].textContent === '0'");
            assertThat(browser.value(receipts())).isEqualTo("1");

            // the dial: the database follows the reader
            String set = "(() => { const dial = document.querySelector('#rate'); dial.value = %d;"
                    + " dial.dispatchEvent(new Event('change')); })()";
            browser.run(set.formatted(500));
            browser.waitUntil("+document.querySelectorAll('#rows dd')[1].textContent.replace(/,/g, '') > 1000");
            browser.run(set.formatted(0));
            browser.waitUntil("document.querySelector('#speed').innerText === '0 rows/s'");

            // the faults, and what the console says to them
            browser.waitFor("no blocked worker, no deadlock, no lost wake-up, no leak");
            for (Faults.Fault fault : Faults.Fault.values()) {
                browser.click("[data-fault=" + fault.name().toLowerCase(Locale.ROOT) + "]");
                browser.waitUntil(
                        "[...document.querySelectorAll('.diagnosis')].some(card => card.innerText.toLowerCase()"
                                + ".startsWith('" + fault.diagnosis + "') && card.innerText.includes('Faults.java:"
                                + Page.line("Faults.java", fault.code) + ")'))");
            }
            assertThat(browser.value("document.querySelectorAll('.diagnosis').length"))
                    .isEqualTo("5");

            if (Chromium.images() != null) { // with a checkout that runs
                browser.run(set.formatted(300));
                browser.click("#checkout");
                browser.waitUntil(lit() + ".includes('left 9')");
            }
            Path images = Chromium.images();
            browser.screenshot((images == null ? pictures : images).resolve("demo-" + theme + ".png"));

            browser.click("[data-fault=heal]");
            browser.waitFor("no blocked worker, no deadlock, no lost wake-up, no leak");
            browser.click("#away");
            browser.waitUntil("document.querySelectorAll('#rows dd')[2].textContent === '0'");
        }
    }
}
