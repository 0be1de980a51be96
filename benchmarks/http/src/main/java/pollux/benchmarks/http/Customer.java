package pollux.benchmarks.http;

import org.springframework.data.annotation.Id;

/** A row of the table of customers. */
public record Customer(@Id Long id, String name) {}
