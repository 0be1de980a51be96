package pollux.examples.shop;

import java.math.BigDecimal;

/**
 * One line of an order.
 *
 * @param sku what is sold
 * @param quantity how many
 * @param price of one
 */
record Line(String sku, int quantity, BigDecimal price) {

    BigDecimal total() {
        return price.multiply(BigDecimal.valueOf(quantity));
    }
}
