package pollux.executor;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.io.IoLoad;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Mpsc;
import pollux.sync.Sender;
import pollux.time.Timers;

/**
 * Random load on a pool for a while: tasks that compute, yield, sleep, talk over channels and sockets, write files,
 * wait for permits and for each other, are cancelled at any moment, and one in ten throws. Afterwards the books have to
 * balance, see {@link Books}.
 */
final class Soak {

    /** What was begun and what was ended; equal when all is over. */
    static final class Books {
        final AtomicLong spawned = new AtomicLong();
        final AtomicLong ended = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        final AtomicLong cancelled = new AtomicLong();

        /** Futures that were polled or cancelled to their end, counted by the futures themselves. */
        final AtomicLong letGoOf = new AtomicLong();

        final AtomicLong sent = new AtomicLong();
        final AtomicLong received = new AtomicLong();
        final AtomicLong discarded = new AtomicLong();
        final IoLoad.Books io = new IoLoad.Books();

        /** Whether each kind of end was seen. */
        boolean haveAllKinds() {
            return io.least() > 0 && failed.get() > 0 && cancelled.get() > 0;
        }

        @Override
        public String toString() {
            return spawned + " spawned, " + ended + " ended, of them " + failed + " failed and " + cancelled
                    + " cancelled; " + letGoOf + " let go of; " + sent + " items sent, " + received + " received, "
                    + discarded + " discarded; " + io;
        }
    }

    /** What a run does wrong on purpose. */
    enum Leak {
        NOTHING,
        TASKS,
        DESCRIPTORS
    }

    private static final int IN_FLIGHT = 2_000;
    private static final int PERMITS = 8;

    private final Books books = new Books();
    private final SplittableRandom random;
    private final Path folder;
    private final Leak leak;

    /**
     * Prepares a run.
     *
     * @param seed decides what is done, in which order; when is up to the machine
     * @param folder where files may be made
     * @param leak what is forgotten now and then, which the checks must notice
     */
    Soak(long seed, Path folder, Leak leak) {
        this.random = new SplittableRandom(seed);
        this.folder = folder;
        this.leak = leak;
    }

    Books books() {
        return books;
    }

    /** Has the JDK open the socket that it keeps for ever. */
    static void warmUp() throws IOException {
        SocketChannel.open().close();
    }

    /** Loads one pool for a time, lets it run dry half-way, and closes it in the middle of the load. */
    void run(Duration time) throws InterruptedException {
        long descriptors = IoLoad.descriptors(folder);
        long start = System.nanoTime();
        TaskPool pool = TaskPool.builder()
                .workers(2)
                .seed(random.nextLong())
                .unhandledFailure(UnhandledFailure.IGNORE)
                .build();
        List<JoinHandle<?>> handles = new ArrayList<>();
        Mpsc<Object> channel = Mpsc.bounded(16);
        AsyncSemaphore permits = new AsyncSemaphore(PERMITS);
        JoinHandle<?> reader = pool.spawn(new Reader(channel));
        try {
            IoLoad dry = new IoLoad(pool, folder, books.io, leak == Leak.DESCRIPTORS);
            load(pool, channel.sender(), permits, dry, handles, start + time.toNanos() / 2);
            settle(handles);
            dry.close();
            awaitDescriptors(descriptors, pool);
            if (!dry.isIdle()) {
                throw new AssertionError("all tasks have ended, but I/O is under way");
            }
            IoLoad amid = new IoLoad(pool, folder, books.io, leak == Leak.DESCRIPTORS);
            load(pool, channel.sender(), permits, amid, handles, start + time.toNanos());
            amid.expectAnything();
        } finally {
            pool.close(); // whatever runs, waits or sleeps at this moment
        }
        settle(handles);
        if (!reader.isDone()) {
            throw new AssertionError("the reader outlives its pool: " + reader);
        }
        channel.sender().close();
        channel.receiver().close(item -> books.discarded.incrementAndGet());
        if (pool.liveTasks() != 0) {
            throw new AssertionError("tasks are left in " + pool);
        }
        if (permits.availablePermits() != PERMITS) {
            throw new AssertionError("permits are lost: " + permits);
        }
        if (IoLoad.descriptors(folder) != descriptors) {
            throw new AssertionError("a closed pool leaves descriptors open: " + IoLoad.open(folder)
                    + ", and before it there were " + descriptors);
        }
    }

    /** Spawns and cancels until that moment. */
    private void load(
            TaskPool pool,
            Sender<Object> sender,
            AsyncSemaphore permits,
            IoLoad io,
            List<JoinHandle<?>> handles,
            long end) {
        ConcurrentLinkedQueue<JoinHandle<?>> peers = new ConcurrentLinkedQueue<>();
        while (System.nanoTime() - end < 0) {
            JoinHandle<?> handle = spawn(pool, sender, permits, io, peers.poll());
            handles.add(handle);
            peers.add(handle);
            if (random.nextInt(8) == 0) {
                handles.get(random.nextInt(handles.size())).cancel();
            }
            if (handles.size() >= IN_FLIGHT) {
                settle(handles.subList(0, IN_FLIGHT / 2));
            }
        }
    }

    /** Waits until the other sides of all connections have noticed that these are closed. */
    private void awaitDescriptors(long expected, TaskPool pool) throws InterruptedException {
        long end = System.nanoTime() + (leak == Leak.NOTHING ? 60_000_000_000L : 100_000_000L);
        while (IoLoad.descriptors(folder) > expected) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("descriptors are left open: " + IoLoad.open(folder)
                        + ", and at the start there were " + expected + "; " + books + "; " + pool.driverSlot() + "\n"
                        + pool.dump());
            }
            Thread.sleep(1);
        }
    }

    private JoinHandle<?> spawn(
            TaskPool pool, Sender<Object> sender, AsyncSemaphore permits, IoLoad io, @Nullable JoinHandle<?> peer) {
        books.spawned.incrementAndGet();
        boolean throwing = random.nextInt(10) == 0;
        Future<?> work = switch (random.nextInt(10)) {
            case 0 -> Futures.ready(1);
            case 1 -> Futures.yieldNow().then(nothing -> Futures.yieldNow());
            case 2 -> Timers.sleep(Duration.ofNanos(random.nextInt(3_000_000)));
            case 3 -> send(sender);
            case 4 -> permits.acquire().then(Held::new);
            case 5 -> peer == null ? Futures.ready(2) : quietly(peer.join());
            case 6, 7, 8 -> io.next(random);
            default -> Timers.timeout(Duration.ofMillis(1), Futures.pending());
        };
        Future<?> counted = new Counted(
                throwing ? work.then(nothing -> Futures.failed(new IllegalStateException("one in ten"))) : work);
        return pool.spawn(counted);
    }

    private Future<Void> send(Sender<Object> sender) {
        return sender.send(new Object()).map(nothing -> {
            books.sent.incrementAndGet();
            return null;
        });
    }

    private static <T> Future<@Nullable T> quietly(Future<T> join) {
        return join.<@Nullable T>map(value -> value).recover(failure -> Futures.ready(null));
    }

    /** Waits for tasks and enters how they ended. */
    private void settle(List<JoinHandle<?>> handles) {
        for (JoinHandle<?> handle : handles) {
            try {
                BlockOn.blockOn(handle.join());
            } catch (Throwable failure) {
                (handle.isCancelled() ? books.cancelled : books.failed).incrementAndGet();
            }
            books.ended.incrementAndGet();
        }
        handles.clear();
    }

    /** Counts when its future is let go of, whichever way. */
    private final class Counted extends RawFuture<Object> {

        private final Future<?> future;
        private boolean cleaning;

        Counted(Future<?> future) {
            this.future = future;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            boolean over = true;
            try {
                Object answer = RawFuture.pollAny(future, cx);
                over = answer != PENDING;
                return answer;
            } finally {
                if (over) {
                    books.letGoOf.incrementAndGet();
                }
            }
        }

        @Override
        public boolean cancel() {
            cleaning = !future.cancel();
            if (!cleaning && leak != Leak.TASKS) {
                books.letGoOf.incrementAndGet();
            }
            return !cleaning;
        }
    }

    /** Holds a permit for a moment, and gives it back whatever happens. */
    private static final class Held extends RawFuture<Void> {

        private final AsyncSemaphore.Permit permit;
        private final Future<Void> moment = Futures.yieldNow();

        Held(AsyncSemaphore.Permit permit) {
            this.permit = permit;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Object answer = RawFuture.pollAny(moment, cx);
            if (answer != PENDING) {
                permit.close();
            }
            return answer;
        }

        @Override
        public boolean cancel() {
            permit.close();
            return true;
        }
    }

    /** Takes what comes over the channel until it is cancelled. */
    private final class Reader extends RawFuture<Void> {

        private final Mpsc<Object> channel;
        private Future<Object> next;

        Reader(Mpsc<Object> channel) {
            this.channel = channel;
            this.next = channel.receiver().receive();
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            while (RawFuture.pollAny(next, cx) != PENDING) {
                books.received.incrementAndGet();
                next = channel.receiver().receive();
            }
            return PENDING;
        }

        @Override
        public boolean cancel() {
            return next.cancel();
        }
    }
}
