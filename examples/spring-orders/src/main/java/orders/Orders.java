package orders;

import org.springframework.data.repository.Repository;
import pollux.future.Future;

interface Orders extends Repository<Order, Long> {

    Future<Order> findById(long id);
}
