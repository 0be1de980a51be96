package pollux.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code ./demo --check} does, as a part of the build. */
@Timeout(300)
class CheckTest {

    @Test
    void theShopKeepsItsPromises() {
        assertThat(Check.run()).as("each line above says ok").isTrue();
    }
}
