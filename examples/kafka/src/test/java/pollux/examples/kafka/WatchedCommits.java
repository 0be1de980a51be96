package pollux.examples.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.Consumer;

/** Sees the commits of a client. */
final class WatchedCommits {

    /** What commits have failed with. */
    final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    private final Callable<?> before;

    /** Runs something before each commit. */
    WatchedCommits(Callable<?> before) {
        this.before = before;
    }

    @SuppressWarnings("unchecked") // the interface is that of the client
    <K, V> Consumer<K, V> of(Consumer<K, V> client) {
        return (Consumer<K, V>) Proxy.newProxyInstance(
                WatchedCommits.class.getClassLoader(), new Class<?>[] {Consumer.class}, (self, method, arguments) -> {
                    boolean commits = method.getName().equals("commitSync");
                    try {
                        if (commits) {
                            before.call();
                        }
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        if (commits) {
                            failures.add(e.getCause());
                        }
                        throw e.getCause();
                    }
                });
    }
}
