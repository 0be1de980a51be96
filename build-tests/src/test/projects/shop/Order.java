package shop;

import lombok.Builder;
import lombok.Value;

@Value
@Builder
public class Order {
    long id;
    String item;
    int price;
}
