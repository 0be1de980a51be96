package pollux.doubles;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import pollux.reactive.spi.BridgeHooks;

/** Remembers what was dropped and discarded. */
public final class RecordingPeer extends BridgeHooks {

    public final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    public final List<Object> discarded = new CopyOnWriteArrayList<>();

    @Override
    protected void onErrorDropped(Throwable error) {
        dropped.add(error);
    }

    @Override
    protected void onDiscard(Object item) {
        discarded.add(item);
    }
}
