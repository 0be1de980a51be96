package pollux.examples.shop;

import java.math.BigDecimal;

/**
 * What a customer gets for a paid order.
 *
 * @param order the number of the order
 * @param customer who paid
 * @param total the sum
 * @param payment the number that the payment service gave
 */
record Receipt(long order, String customer, BigDecimal total, String payment) {

    String toJson() {
        return "{\"order\":" + order + ",\"customer\":\"" + customer + "\",\"total\":" + total + ",\"payment\":\""
                + payment + "\"}\n";
    }
}
