package pollux.doubles;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Writes down every signal: {@code subscribed}, {@code item}, {@code error}, {@code complete}. */
public class RecordingSubscriber<T> implements Subscriber<T> {

    public final List<Object> signals = new CopyOnWriteArrayList<>();

    @Nullable
    public Subscription subscription;

    @Nullable
    public Throwable error;

    private final Consumer<Subscription> onSubscribe;
    public Consumer<T> onItem = item -> {};

    public RecordingSubscriber() {
        this(s -> {});
    }

    public RecordingSubscriber(long first) {
        this(s -> s.request(first));
    }

    public RecordingSubscriber(Consumer<Subscription> onSubscribe) {
        this.onSubscribe = onSubscribe;
    }

    public RecordingSubscriber<T> onItem(Consumer<T> action) {
        onItem = action;
        return this;
    }

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
        signals.add("subscribed");
        onSubscribe.accept(s);
    }

    @Override
    public void onNext(T item) {
        signals.add(item);
        onItem.accept(item);
    }

    @Override
    public void onError(Throwable t) {
        signals.add("error");
        error = t;
    }

    @Override
    public void onComplete() {
        signals.add("complete");
    }
}
