package orders;

import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.repository.Modifying;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.Repository;
import pollux.future.Future;
import pollux.stream.AsyncStream;

@Table("ORDERS")
record Order(@Id Long id, String customer) {}

record Line(@Id Long id, long orderId, String sku, int quantity, int price) {}

record Receipt(@Id Long id, long orderId, int total, String payment) {}

interface Orders extends Repository<Order, Long> {
    Future<Order> findById(long id);
}

interface Lines extends Repository<Line, Long> {
    AsyncStream<Line> findByOrderIdOrderById(long orderId);

    @Modifying
    @Query("update stock set available = available - :quantity where sku = :sku and available >= :quantity")
    Future<Integer> reserve(String sku, int quantity);
}

interface Receipts extends Repository<Receipt, Long> {
    Future<Receipt> save(Receipt receipt);

    AsyncStream<Receipt> findByIdGreaterThanOrderById(long id);

    Future<Long> count();
}
