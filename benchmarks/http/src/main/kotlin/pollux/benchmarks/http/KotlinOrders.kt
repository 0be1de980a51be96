package pollux.benchmarks.http

import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import org.springframework.http.HttpStatus
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.server.ResponseStatusException

/** The handler as a suspend function. */
@RestController
class KotlinOrders(private val stores: Map<String, Store>) {

    @GetMapping("/kotlin/{store}/orders/{id}")
    suspend fun order(@PathVariable store: String, @PathVariable id: Long): OrderView {
        val from = stores.getValue(store)
        val order = from.order(id).awaitSingleOrNull() ?: throw ResponseStatusException(HttpStatus.NOT_FOUND)
        val customer = from.customer(order.customer).awaitSingle()
        val lines = from.lines(id).collectList().awaitSingle()
        return OrderView(id, customer.name, lines)
    }
}
