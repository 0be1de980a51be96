package pollux.examples.shop;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A customer who reads all rows over a real socket, as fast as the dial of the page says. */
final class PacedReader implements AutoCloseable {

    static final int FASTEST = 5_000;

    private static final long PAUSE = 20_000_000;

    private final IntSupplier port;
    private volatile int rate;
    private volatile long read;
    private volatile long start;
    private volatile @Nullable SlowReader reader;

    PacedReader(IntSupplier port) {
        this.port = port;
    }

    /** Sets how many rows a second are read, from 0 on; opens a connection if there is none. */
    synchronized void read(int rowsPerSecond) throws IOException {
        rate = Math.max(0, Math.min(FASTEST, rowsPerSecond));
        if (reader == null) {
            SlowReader fresh = new SlowReader(port.getAsInt());
            read = 0;
            start = Readings.rowsRead();
            reader = fresh;
            Thread thread = new Thread(() -> run(fresh), "reader");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run(SlowReader own) {
        double due = 0;
        long last = System.nanoTime();
        try {
            while (reader == own) {
                LockSupport.parkNanos(PAUSE);
                long now = System.nanoTime();
                due = Math.min(due + (now - last) / 1e9 * rate, FASTEST);
                last = now;
                for (; due >= 1 && reader == own; due--) {
                    long row = own.read();
                    if (row < 0) {
                        leave();
                        return;
                    }
                    read = row;
                }
            }
        } catch (IOException gone) {
            // the reader has left, or the shop is closed
        }
    }

    /** Closes the connection. */
    synchronized void leave() throws IOException {
        SlowReader open = reader;
        reader = null;
        rate = 0;
        if (open != null) {
            open.close();
        }
    }

    /** How many rows the reader has taken from its socket. */
    long rowsRead() {
        return read;
    }

    String toJson() {
        return "{\"open\":%b,\"rate\":%d,\"read\":%d,\"fetched\":%d}"
                .formatted(reader != null, rate, read, reader == null ? read : Readings.rowsRead() - start);
    }

    @Override
    public void close() throws IOException {
        leave();
    }
}
