package pollux.reactive;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was dropped and discarded. */
final class RecordingPeer extends BridgeHooks {

    final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    final List<Object> discarded = new CopyOnWriteArrayList<>();

    @Override
    protected void onErrorDropped(Throwable error) {
        dropped.add(error);
    }

    @Override
    protected void onDiscard(Object item) {
        discarded.add(item);
    }
}
