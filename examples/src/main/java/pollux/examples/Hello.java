package pollux.examples;

import pollux.executor.LocalPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;

/** A future by hand: what it does, it does when it is polled; when it has to wait, it keeps the waker. */
final class Hello {

    /** Is ready at the third poll, and has itself woken until then. */
    static final class Countdown implements Future<String> {
        private int left = 2;

        @Override
        public Poll<String> poll(Context cx) {
            if (left == 0) {
                return Poll.ready("hello");
            }
            System.out.println("not yet: " + left);
            left--;
            cx.waker().wake(); // without a wake there is no second poll
            return Poll.pending();
        }
    }

    private Hello() {}

    public static void main(String[] args) {
        Future<String> greeting = new Countdown().map(String::toUpperCase);
        System.out.println("made, and nothing happened");
        try (LocalPool pool = new LocalPool()) {
            System.out.println(pool.runUntil(greeting));
        }
        // prints: made, and nothing happened
        // prints: not yet: 2
        // prints: not yet: 1
        // prints: HELLO
    }
}
