package orders;

import org.springframework.data.annotation.Id;

record Receipt(@Id Long id, long orderId, int total, String payment) {}
