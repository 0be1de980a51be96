package pollux.benchmarks.http;

import org.springframework.data.annotation.Id;

/** A row of the table of lines. */
public record Line(@Id Long id, long orderId, String sku, int quantity) {}
