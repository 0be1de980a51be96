package pollux.reactive;

import org.reactivestreams.Subscription;

/** The subscriber's view of a watched subscription: sees calls that break a rule, and passes them all on. */
final class RefereedSubscription implements Subscription {

    private final Subscription publisher;
    private final Referee referee;
    private final boolean second;
    private final SerialCheck turn = new SerialCheck();

    RefereedSubscription(Subscription publisher, Referee referee, boolean second) {
        this.publisher = publisher;
        this.referee = referee;
        this.second = second;
    }

    @Override
    public void request(long n) {
        referee.history().addRequest(n);
        int entered = turn.enter();
        try {
            check("request", entered);
            if (second) {
                referee.subscriberBroke("2.5", "requested from a second subscription instead of cancelling it", null);
            }
            if (n <= 0) {
                referee.subscriberBroke("3.9", "requested " + n, null);
            } else if (referee.cancelled) {
                referee.requestedAfterCancel = true;
            } else {
                referee.requested.add(n); // first, since it may be served at once
            }
            publisher.request(n);
        } catch (Throwable thrown) {
            if (!(thrown instanceof ProtocolViolation)) {
                referee.publisherBroke("3.16", "threw from Subscription.request", thrown);
            }
            throw thrown;
        } finally {
            turn.leave(entered);
        }
    }

    @Override
    public void cancel() {
        referee.history().add("cancel");
        int entered = turn.enter();
        try {
            check("cancel", entered);
            if (!second) {
                referee.cancelled = true;
            }
            publisher.cancel();
        } catch (Throwable thrown) {
            if (!(thrown instanceof ProtocolViolation)) {
                referee.publisherBroke("3.15", "threw from Subscription.cancel", thrown);
            }
            throw thrown;
        } finally {
            turn.leave(entered);
        }
    }

    private void check(String call, int entered) {
        if (entered == 0) {
            referee.subscriberBroke("2.7", "called " + call + " while another call was under way", null);
        }
        if (referee.ending == Thread.currentThread()) {
            referee.subscriberBroke("2.3", "called " + call + " inside a terminal signal", null);
        }
    }

    @Override
    public String toString() {
        return referee.toString();
    }
}
