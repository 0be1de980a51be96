package pollux.compiler.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.async.AsyncIterator;
import pollux.async.StreamBlock;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;

/** What a conformance program is given: futures that behave as the run demands, and a log. */
public final class Env {

    /** What the futures do. */
    public record Plan(int pendingPolls, int failAt, int cancelAt, boolean slowCleanUp) {}

    /** The failure of a future that the plan lets fail. */
    public static final class Planned extends Exception {

        private static final long serialVersionUID = 1L;

        Planned(int number) {
            super("planned " + number);
        }
    }

    private final Plan plan;
    private final boolean interrupts;
    private final List<String> log = new ArrayList<>();
    private int futures;
    private int openSources;

    /** The number of the future that answered pending last. */
    int suspendedAt;

    private boolean cancelled;

    /** How many generators are being closed, one inside the other; see {@link #isBeyond}. */
    private int cleanUps;

    private boolean beyond;

    Env(Plan plan, boolean interrupts) {
        this.plan = plan;
        this.interrupts = interrupts;
    }

    public void log(Object entry) {
        log.add(String.valueOf(entry));
    }

    public List<String> log() {
        return log;
    }

    public int futures() {
        return futures;
    }

    /** Returns the next future; it ends with the value unless the plan has other ideas. */
    public <T> Future<T> later(T value) {
        return new Later<>(value, ++futures);
    }

    /** Returns a stream of the numbers from 0; each of its items counts as one future. */
    public AsyncStream<Integer> items(int count) {
        return source("", count);
    }

    /** As {@link #items}, under a name for the log. */
    public AsyncStream<Integer> source(String name, int count) {
        openSources++;
        return new Items(name.isEmpty() ? "source" : "source " + name, count);
    }

    /** What stands for an awaiting loop in code that is not compiled: a resource, whose close() holds up the thread. */
    public Opened open(String name, int count) {
        return new OpenedSource(Async.each(source(name, count)).iterator());
    }

    /** As {@link #open}, over a generator that is not compiled either. */
    public Opened generate(StreamBlock<Integer> block) {
        return new GeneratorThread(this, block);
    }

    /** What a loop that is not compiled goes over. */
    public interface Opened extends AutoCloseable {

        Future<Boolean> advance();

        int next();

        @Override
        void close();
    }

    private record OpenedSource(AsyncIterator<Integer> items) implements Opened {

        @Override
        public Future<Boolean> advance() {
            return items.advance();
        }

        @Override
        public int next() {
            return items.next();
        }

        @Override
        public void close() {
            Future<Void> closing = items.close();
            Context cx = new Context(Waker.noop(), Services.NONE);
            while (RawFuture.pollAny(closing, cx) == RawFuture.PENDING) {
                Thread.onSpinWait();
            }
        }
    }

    boolean isCancelled() {
        return cancelled;
    }

    void beginCleanUp() {
        cleanUps++;
    }

    void endCleanUp() {
        cleanUps--;
    }

    /**
     * Tells whether this uncompiled run was cancelled while a loop was left whose generator cleaned up. That cancels the
     * loop's code and not the generator, which a thread that holds up another cannot do.
     */
    boolean isBeyond() {
        return beyond;
    }

    /** How many streams were neither exhausted, nor failed, nor cancelled. */
    public int openSources() {
        return openSources;
    }

    /**
     * Returns a block to await within a block. A future that is cancelled has failed with that for the code that awaits
     * it, whatever its clean-up ends with; an uncompiled block is a part of its caller's thread, and has to be told.
     */
    public <T> Future<T> nested(Future<T> block) {
        return interrupts ? new Nested<>(block) : block;
    }

    /**
     * Tells code that has awaited an async method that its task was cancelled meanwhile. Compiled code hears of it by
     * the await, whatever the method ended with; uncompiled code is a part of the same thread, as in {@link #nested}.
     */
    public void tell() {
        if (interrupts && cancelled) {
            throw new CancellationException();
        }
    }

    private final class Nested<T> extends RawFuture<T> {

        private final Future<T> block;

        Nested(Future<T> block) {
            this.block = block;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            boolean before = cancelled;
            Object answer = PENDING;
            try {
                answer = RawFuture.pollAny(block, cx);
            } catch (Throwable failure) {
                if (before == cancelled) {
                    throw failure;
                }
            }
            if (before != cancelled) {
                throw new CancellationException();
            }
            return answer;
        }
    }

    private final class Items extends RawStream<Integer> {

        private final String name;
        private final int count;
        private int next;
        private @Nullable Later<Integer> item;
        private int cleaning = -1;

        Items(String name, int count) {
            this.name = name;
            this.count = count;
        }

        @Override
        public @Nullable Object pollNextRaw(Context cx) {
            if (cleaning >= 0) {
                if (cleaning++ == 0) {
                    cx.waker().wake();
                    return PENDING;
                }
                log(name + " cleaned");
                openSources--;
                return null;
            }
            if (next == count) {
                openSources--;
                return null;
            }
            if (item == null) {
                item = new Later<>(next, ++futures);
            }
            Object answer;
            try {
                answer = item.pollRaw(cx);
            } catch (Throwable failure) {
                openSources--;
                throw failure;
            }
            if (answer != PENDING) {
                item = null;
                next++;
            }
            return answer;
        }

        @Override
        public boolean cancel() {
            log(name + " cancelled");
            if (plan.slowCleanUp) {
                cleaning = 0;
                return false;
            }
            openSources--;
            return true;
        }
    }

    private final class Later<T> extends RawFuture<T> {

        private final @Nullable T value;
        private final int number;
        private int pendingPolls = plan.pendingPolls;
        private boolean cleaning;

        Later(@Nullable T value, int number) {
            this.value = value;
            this.number = number;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (cleaning) {
                if (pendingPolls++ == 0) {
                    cx.waker().wake();
                    return PENDING;
                }
                log("cleaned " + number);
                throw new IllegalStateException("what a clean-up ends with is ignored");
            }
            if (pendingPolls > 0) {
                pendingPolls--;
                suspendedAt = number;
                if (interrupts && number == plan.cancelAt && !cancelled) {
                    cancelled = true;
                    beyond = cleanUps > 0;
                    Thread.currentThread().interrupt();
                } else {
                    cx.waker().wake();
                }
                return PENDING;
            }
            if (number == plan.failAt) {
                throw pollux.future.Failures.rethrow(new Planned(number));
            }
            return value;
        }

        @Override
        public boolean cancel() {
            log("cancel " + number);
            if (plan.slowCleanUp) {
                cleaning = true;
                pendingPolls = 0;
                return false;
            }
            return true;
        }
    }
}
