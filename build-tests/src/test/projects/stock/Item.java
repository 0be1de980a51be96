package stock;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import com.google.auto.value.AutoValue;
import pollux.Pollux;
import pollux.future.Future;
import pollux.future.Futures;

/** A value class whose generated half is made from one that awaits. */
@AutoValue
public abstract class Item {

    public abstract String name();

    public abstract int price();

    static Item of(String name, int price) {
        return new AutoValue_Item(name, price);
    }

    /** Awaits in the class that the generated one extends. */
    Future<Item> doubled(Future<Integer> factor) {
        return async(() -> of(name(), price() * await(factor)));
    }

    static Future<Item> first() {
        await(Futures.yieldNow());
        return Futures.ready(of("tea", 21));
    }

    public static String run() {
        return Pollux.run(() -> await(await(first()).doubled(Futures.ready(2)))).toString();
    }
}
