package pollux.benchmarks.http;

import java.util.List;

/** What each handler answers. */
public record OrderView(long id, String customer, List<Line> lines) {}
