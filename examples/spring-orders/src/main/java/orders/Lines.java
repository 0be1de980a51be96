package orders;

import org.springframework.data.r2dbc.repository.Modifying;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.repository.Repository;
import pollux.future.Future;
import pollux.stream.AsyncStream;

interface Lines extends Repository<Line, Long> {

    AsyncStream<Line> findByOrderIdOrderById(long orderId);

    @Modifying
    @Query("update stock set available = available - :quantity where sku = :sku and available >= :quantity")
    Future<Integer> reserve(String sku, int quantity);
}
