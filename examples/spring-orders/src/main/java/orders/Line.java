package orders;

import org.springframework.data.annotation.Id;

record Line(@Id Long id, long orderId, String sku, int quantity, int price) {}
