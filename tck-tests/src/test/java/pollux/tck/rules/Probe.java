package pollux.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.reactive.Referee;

/** A subscriber that does what a check tells it, writes down what it gets, and is watched by a referee. */
public final class Probe implements Subscriber<Object> {

    private static final Object END = new Object() {
        @Override
        public String toString() {
            return "onComplete";
        }
    };

    private record Failed(Throwable error) {}

    private final LinkedBlockingQueue<Object> signals = new LinkedBlockingQueue<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final Deadline deadline;
    private final long silence;
    private final Subscriber<Object> watched;
    private volatile @Nullable Subscription subscription;
    private Consumer<Probe> inOnSubscribe = probe -> {};
    private Consumer<Probe> inOnNext = probe -> {};
    private int depth;
    private int deepest;

    /**
     * Makes a probe.
     *
     * @param deadline for what has to come
     * @param silence milliseconds without a signal that count as silence
     * @param kin whether it is one of Reactor's and RxJava's own subscribers too, which they do not stand in front of
     * @param listener is told of violations
     */
    public Probe(Deadline deadline, long silence, boolean kin, Referee.Listener listener) {
        this.deadline = deadline;
        this.silence = silence;
        Subscriber<Object> refereed = Referee.subscriber(this, listener);
        this.watched = kin ? new Kin(refereed) : refereed;
    }

    public Probe inOnSubscribe(Consumer<Probe> action) {
        inOnSubscribe = action;
        return this;
    }

    public Probe inOnNext(Consumer<Probe> action) {
        inOnNext = action;
        return this;
    }

    public Probe to(Publisher<?> publisher) {
        publisher.subscribe(watched);
        return this;
    }

    public Probe request(long n) {
        subscription().request(n);
        return this;
    }

    public Probe cancel() {
        subscription().cancel();
        return this;
    }

    private Subscription subscription() {
        try {
            if (!subscribed.await(deadline.millis(), TimeUnit.MILLISECONDS)) {
                throw deadline.missed("no onSubscribe", this);
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return subscription;
    }

    // ------------------------------------------------------------------ what has to come

    public Probe expectItems(long count) {
        for (int i = 0; i < count; i++) {
            assertThat(next("no item")).as("an item").isEqualTo(i);
        }
        return this;
    }

    public Probe expectEnd() {
        assertThat(next("no onComplete")).as("the end").isEqualTo(END);
        return this;
    }

    public Probe expectError(Class<? extends Throwable> type) {
        Object signal = next("no onError");
        assertThat(signal).as("an error").isInstanceOf(Failed.class);
        assertThat(((Failed) signal).error).isInstanceOf(type);
        return this;
    }

    /** Takes signals up to the terminal one; true if that is the regular end. */
    public boolean expectTerminal() {
        while (true) {
            Object signal = next("no terminal signal");
            if (signal == END || signal instanceof Failed) {
                return signal == END;
            }
        }
    }

    public Probe expectSilence() {
        Object signal = poll(silence);
        assertThat(signal == null ? "silence" : word(signal)).isEqualTo("silence");
        return this;
    }

    /** No further item, though an end may have been under way. */
    public Probe expectNoItem() {
        Object signal = poll(silence);
        assertThat(signal == null || signal == END ? "no item" : word(signal)).isEqualTo("no item");
        return this;
    }

    /** Takes what is there, until it stops. */
    public Probe expectToStop() {
        for (int i = 0; poll(silence) != null; i++) {
            if (i == 10_000_000) {
                throw deadline.missed("the items did not stop", this);
            }
        }
        return this;
    }

    int deepest() {
        return deepest;
    }

    private Object next(String missing) {
        Object signal = poll(deadline.millis());
        if (signal == null) {
            throw deadline.missed(missing, watched instanceof Kin kin ? kin.inside() : watched);
        }
        return signal;
    }

    private @Nullable Object poll(long millis) {
        try {
            return signals.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static String word(Object signal) {
        return signal == END ? "onComplete" : signal instanceof Failed ? "onError" : "onNext";
    }

    // ------------------------------------------------------------------ signals

    @Override
    public void onSubscribe(Subscription s) {
        if (subscription != null) {
            s.cancel(); // 2.5
            return;
        }
        subscription = s;
        subscribed.countDown();
        inOnSubscribe.accept(this);
    }

    @Override
    public void onNext(Object item) {
        deepest = Math.max(deepest, ++depth);
        signals.add(item);
        inOnNext.accept(this);
        depth--;
    }

    @Override
    public void onError(Throwable error) {
        signals.add(new Failed(error));
    }

    @Override
    public void onComplete() {
        signals.add(END);
    }
}
