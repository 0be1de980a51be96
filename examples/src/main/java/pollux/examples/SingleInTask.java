package pollux.examples;

import static pollux.rxjava.RxJavaAdapter.future;
import static pollux.rxjava.RxJavaAdapter.single;

import io.reactivex.rxjava3.core.Single;
import pollux.future.Future;
import pollux.future.Futures;

/** A Single on its way through a future, and back: what subscribes to the result subscribes to the source. */
final class SingleInTask {

    private SingleInTask() {}

    public static void main(String[] args) {
        Single<Integer> price = Single.fromCallable(() -> {
            System.out.println("the price is asked for");
            return 40;
        });
        Single<Integer> shipping = Single.just(2);

        Future<Integer> total = Futures.join(future(price), future(shipping), Integer::sum);
        Single<Integer> again = single(total);
        System.out.println("made, and nothing asked");
        System.out.println("total " + again.blockingGet());
        // prints: made, and nothing asked
        // prints: the price is asked for
        // prints: total 42
    }
}
