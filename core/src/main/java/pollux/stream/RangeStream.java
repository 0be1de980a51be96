package pollux.stream;

import org.jspecify.annotations.Nullable;

/** {@link AsyncStreams#range}. */
final class RangeStream extends SourceStream<Integer> {

    private int next;
    private final int end;

    RangeStream(int start, int end) {
        this.next = start;
        this.end = end;
    }

    @Override
    @Nullable
    Integer produce() {
        return next < end ? Integer.valueOf(next++) : null;
    }

    @Override
    boolean isExhausted() {
        return next >= end;
    }

    @Override
    public String toString() {
        return "AsyncStreams.range(" + next + ", " + end + ")";
    }
}
