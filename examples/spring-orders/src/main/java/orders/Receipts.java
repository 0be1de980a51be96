package orders;

import org.springframework.data.repository.Repository;
import pollux.future.Future;
import pollux.stream.AsyncStream;

interface Receipts extends Repository<Receipt, Long> {

    Future<Receipt> save(Receipt receipt);

    AsyncStream<Receipt> findByIdGreaterThanOrderById(long id);

    Future<Long> count();
}
