package pollux.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.debug.Dump;
import pollux.observability.Console;

/** Each fault is found with its line, by every view; without it, and after it, none is. */
@Timeout(300)
class PlantedFaultsTest {

    private final Faults faults = new Faults();
    private final Console console = Console.start(0);

    @AfterEach
    void close() {
        faults.close();
        console.close();
    }

    /** The JSON that the page is made of. */
    private String json() {
        try {
            URI snapshot = URI.create(console.url() + "snapshot");
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(snapshot).build(), BodyHandlers.ofString())
                    .body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text() {
        StringBuilder text = new StringBuilder();
        Console.print(text);
        return text.toString();
    }

    /** Looks again until something holds; the time limit of the test guards against hanging. */
    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource(Faults.Fault.class)
    void isFoundWithItsLine(Faults.Fault fault) {
        until(() -> json().contains("\"diagnoses\":[]"));
        List<Long> tasks = faults.plant(fault);
        assertThat(faults.plant(fault)).as("once").isEqualTo(tasks);
        String line = "(Faults.java:" + Page.line("Faults.java", fault.code) + ")";

        until(() -> Dump.ofEverything().toString().contains(fault.mark));
        Dump dump = Dump.ofEverything();
        assertThat(dump.toString()).contains(line, "#" + tasks.get(0));
        assertThat(dump.toJson()).contains(line, "\"id\":" + tasks.get(0) + ",");
        if (fault == Faults.Fault.BLOCK) {
            assertThat(dump.toJson()).contains(fault.mark);
        } else {
            assertThat(dump.stuck()).containsExactlyElementsOf(tasks);
            assertThat(dump.circles().stream().flatMap(Collection::stream))
                    .containsExactlyInAnyOrderElementsOf(fault.diagnosis.equals("deadlock") ? tasks : List.of());
        }

        List<String> lines = text().lines()
                .dropWhile(each -> !each.startsWith(fault.diagnosis.toUpperCase(Locale.ROOT)))
                .skip(1)
                .takeWhile(each -> each.startsWith("    "))
                .toList();
        assertThat(lines).isNotEmpty().allMatch(each -> each.contains(line));

        until(() -> json().contains("\"title\":\"" + fault.diagnosis + "\""));
        String diagnosis = json().replaceAll(".*\"diagnoses\":(\\[.*?\\]),\"channels\".*", "$1");
        assertThat(diagnosis).contains(line);
        tasks.forEach(task -> assertThat(diagnosis).contains("#" + task + " "));
        assertThat(diagnosis.split("\"fault\""))
                .as("one diagnosis: " + diagnosis)
                .hasSize(2);

        faults.heal();
        until(() -> json().contains("\"diagnoses\":[]"));
    }

    @Test
    void allAtATime() {
        for (Faults.Fault fault : Faults.Fault.values()) {
            faults.plant(fault);
        }
        Map<String, Long> expected =
                Map.of("blocked worker", 1L, "deadlock", 2L, "lost wake-up", 1L, "leaked task", 1L);
        until(() -> expected.equals(Stream.of(json().split("\"title\":\""))
                .skip(1)
                .collect(Collectors.groupingBy(each -> each.substring(0, each.indexOf('"')), Collectors.counting()))));
    }

    /** Work of all kinds, in rounds; each round is looked at while it runs. */
    @Test
    void aHealthyProgramShowsNone() {
        try (HealthyLoad load = new HealthyLoad()) {
            for (int round = 1; round <= 300; round++) {
                load.awaitRound(round);
                assertThat(HealthyLoad.alarms()).as("round " + round).isEmpty();
            }
            assertThat(json()).contains("\"diagnoses\":[]");
            // canary: the same looks see a fault beside the load
            faults.plant(Faults.Fault.LOST);
            until(() -> HealthyLoad.alarms().contains("LOST WAKE-UP"));
        }
    }
}
