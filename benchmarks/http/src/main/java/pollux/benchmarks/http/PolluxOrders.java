package pollux.benchmarks.http;

import static pollux.future.Futures.*;
import static pollux.reactor.ReactorAdapter.*;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import pollux.future.Future;

/** The handler as an async method. */
@RestController
class PolluxOrders {

    private final Map<String, Store> stores;

    PolluxOrders(Map<String, Store> stores) {
        this.stores = stores;
    }

    @GetMapping("/pollux/{store}/orders/{id}")
    Future<OrderView> order(@PathVariable String store, @PathVariable long id) {
        Store from = stores.get(store);
        Order order = await(from.order(id));
        if (order == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        Customer customer = await(from.customer(order.customer()));
        List<Line> lines = await(from.lines(id).collectList());
        return ready(new OrderView(id, customer.name(), lines));
    }
}
