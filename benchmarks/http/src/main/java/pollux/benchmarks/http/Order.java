package pollux.benchmarks.http;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/** A row of the table of orders. */
@Table("ORDERS")
public record Order(@Id Long id, long customer) {}
