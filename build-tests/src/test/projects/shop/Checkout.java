package shop;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;
import static pollux.future.Futures.yieldNow;

import java.io.IOException;
import lombok.Builder;
import lombok.Cleanup;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import lombok.SneakyThrows;
import lombok.val;
import org.mapstruct.factory.Mappers;
import pollux.Pollux;
import pollux.future.Future;

@RequiredArgsConstructor
public class Checkout {

    static final class Cart implements AutoCloseable {
        int closed;

        @Override
        public void close() {
            closed++;
        }
    }

    private final Receipts receipts;
    private final Cart cart = new Cart();

    /** A builder of a static method that awaits. */
    @Builder(builderMethodName = "order", buildMethodName = "place")
    static Future<Order> newOrder(long id, @NonNull String item) {
        await(yieldNow());
        return ready(Order.builder().id(id).item(item).price(item.length() * 14).build());
    }

    @SneakyThrows
    private Future<Order> checked(Future<Order> placed) {
        val order = await(placed);
        if (order.getPrice() < 0) {
            throw new IOException("not sold");
        }
        return ready(order);
    }

    Future<Receipt> checkout(Future<Order> placed) {
        return async(() -> {
            @Cleanup val open = cart;
            val order = await(checked(placed));
            await(yieldNow());
            return await(receipts.later(ready(order)));
        });
    }

    public static String run() {
        val shop = new Checkout(Mappers.getMapper(Receipts.class));
        val receipt = Pollux.run(() -> await(shop.checkout(order().id(7).item("tea").place())));
        return receipt.getOrder() + " " + receipt.getItem() + " " + receipt.getPaid() + " " + shop.cart.closed;
    }
}
