package pollux.benchmarks.http;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** The handler as a chain of operators. */
@RestController
class ReactorOrders {

    private final Map<String, Store> stores;

    ReactorOrders(Map<String, Store> stores) {
        this.stores = stores;
    }

    @GetMapping("/reactor/{store}/orders/{id}")
    Mono<OrderView> order(@PathVariable String store, @PathVariable long id) {
        Store from = stores.get(store);
        return from.order(id)
                .switchIfEmpty(Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)))
                .flatMap(order -> from.customer(order.customer()))
                .flatMap(customer ->
                        from.lines(id).collectList().map(lines -> new OrderView(id, customer.name(), lines)));
    }
}
