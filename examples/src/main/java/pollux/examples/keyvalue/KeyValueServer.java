package pollux.examples.keyvalue;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import pollux.Pollux;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.io.AsyncBufferedReader;
import pollux.io.AsyncBufferedWriter;
import pollux.io.TcpListener;
import pollux.io.TcpStream;

/**
 * The server of Tokio's tutorial: accept, spawn a task for each connection, and in it read a command, answer it, and so
 * on. It keeps its keys in memory and speaks enough of the Redis protocol for {@code redis-cli} and Lettuce. Answers to
 * commands that have come together go out together. A client that does not take its answers is not read from, so it
 * holds at most one command, one answer, and the buffers.
 */
public final class KeyValueServer {

    /** How many bytes of answers wait for the end of a pipeline of commands, for each client. */
    private static final int BUFFER = 16 * 1024;

    private KeyValueServer() {}

    /**
     * Serves until the process is ended.
     *
     * @param args the port, 6379 if none is given
     */
    public static void main(String[] args) {
        int port = args.length == 0 ? 6379 : Integer.parseInt(args[0]);
        Pollux.run(() -> {
            try (TcpListener listener = await(TcpListener.bind(new InetSocketAddress("127.0.0.1", port)))) {
                System.out.println("listening on " + listener.localAddress());
                return await(serve(listener, Pollux.pool()));
            }
        });
    }

    static Future<Void> serve(TcpListener listener, Spawner spawner) {
        return async(() -> {
            Store store = new Store();
            while (true) {
                TcpStream socket = await(listener.accept());
                spawner.spawn(process(socket, store));
            }
        });
    }

    private static Future<Void> process(TcpStream socket, Store store) {
        return async(() -> {
            try (socket) {
                AsyncBufferedReader in = socket.noDelay(true).buffered();
                AsyncBufferedWriter out = new AsyncBufferedWriter(socket, BUFFER);
                Session session = new Session(store);
                try {
                    List<byte[]> command;
                    while (!session.hasQuit() && (command = await(out.flushBefore(Resp.readCommand(in)))) != null) {
                        await(out.writeAll(session.answer(command)));
                    }
                } catch (ProtocolError e) {
                    await(out.writeAll(new Reply()
                            .error("ERR Protocol error: " + e.getMessage())
                            .toBuffer()));
                }
                await(out.flush());
            } catch (IOException e) {
                // the client has gone in the middle of something, which is its right
            }
            return null;
        });
    }
}
