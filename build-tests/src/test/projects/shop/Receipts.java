package shop;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import org.mapstruct.Mapper;
import org.mapstruct.Mapping;
import pollux.future.Future;

@Mapper
public abstract class Receipts {

    @Mapping(target = "order", source = "id")
    @Mapping(target = "paid", source = "price")
    public abstract Receipt of(Order order);

    /** Awaits in the class that MapStruct extends. */
    public Future<Receipt> later(Future<Order> order) {
        return async(() -> of(await(order)));
    }
}
