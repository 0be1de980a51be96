package pollux.reactor;

import io.reactivex.rxjava3.core.FlowableSubscriber;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * A subscriber of another library with a Reactor {@code Context}. It passes on each signal, and the subscription
 * itself, so that fusion stays possible.
 *
 * <p>RxJava wraps each subscriber that is no {@code FlowableSubscriber} in one of its own, which carries no context.
 * Where RxJava is present this is both; RxJava is an optional dependency.
 */
class ContextSubscriber<T> implements CoreSubscriber<T> {

    private static final boolean RXJAVA_IS_PRESENT = rxJavaIsPresent();

    private final Subscriber<T> actual;
    private final Context context;

    private ContextSubscriber(Subscriber<T> actual, Context context) {
        this.actual = actual;
        this.context = context;
    }

    static <T> Subscriber<T> of(Subscriber<T> actual, Context context) {
        if (RXJAVA_IS_PRESENT) {
            return OfFlowable.made(actual, context); // a conditional expression would make the verifier load that class
        }
        return new ContextSubscriber<>(actual, context);
    }

    /** What a subscriber of ours subscribes with: itself, unless the publisher would hide its context. */
    static <T> Subscriber<T> fitting(Publisher<?> publisher, Subscriber<T> ours, Context context) {
        if (RXJAVA_IS_PRESENT && !context.isEmpty() && OfFlowable.isFlowable(publisher)) {
            return OfFlowable.made(ours, context);
        }
        return ours;
    }

    private static boolean rxJavaIsPresent() {
        try {
            Class.forName(
                    "io.reactivex.rxjava3.core.FlowableSubscriber", false, ContextSubscriber.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        actual.onSubscribe(subscription);
    }

    @Override
    public void onNext(T item) {
        actual.onNext(item);
    }

    @Override
    public void onError(Throwable error) {
        actual.onError(error);
    }

    @Override
    public void onComplete() {
        actual.onComplete();
    }

    @Override
    public String toString() {
        return actual + " in a context";
    }

    /** Loaded only where RxJava is. */
    private static final class OfFlowable<T> extends ContextSubscriber<T> implements FlowableSubscriber<T> {

        static <T> Subscriber<T> made(Subscriber<T> actual, Context context) {
            return new OfFlowable<>(actual, context);
        }

        OfFlowable(Subscriber<T> actual, Context context) {
            super(actual, context);
        }

        static boolean isFlowable(Publisher<?> publisher) {
            return publisher instanceof io.reactivex.rxjava3.core.Flowable<?>;
        }
    }
}
