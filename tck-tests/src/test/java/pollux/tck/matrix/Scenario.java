package pollux.tck.matrix;

import java.util.List;

/** What the source of a conversion does, and when it is cancelled. */
public enum Scenario {
    VALUE("value", List.of(1)),
    EMPTY("empty", List.of()),
    FAILURE("failure", List.of()),
    NEVER("never", List.of()),
    MANY("many items", List.of(1, 2, 3)),
    CANCEL_BEFORE("cancel before", List.of()),
    CANCEL_DURING("cancel during", List.of()),
    CANCEL_AFTER("cancel after", List.of(1));

    final String title;
    final List<Integer> items;

    Scenario(String title, List<Integer> items) {
        this.title = title;
        this.items = items;
    }

    /** Whether the source stays silent. */
    boolean isSilent() {
        return this == NEVER || this == CANCEL_BEFORE || this == CANCEL_DURING;
    }

    @Override
    public String toString() {
        return title;
    }
}
