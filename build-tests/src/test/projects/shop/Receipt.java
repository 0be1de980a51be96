package shop;

import lombok.Builder;
import lombok.Value;

@Value
@Builder
public class Receipt {
    long order;
    String item;
    int paid;
}
