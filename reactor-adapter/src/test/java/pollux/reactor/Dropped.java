package pollux.reactor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** The hooks of Reactor for what is dropped and discarded, in one context, so that tests do not see each other's. */
final class Dropped {

    final List<Throwable> errors = new CopyOnWriteArrayList<>();
    final List<Object> items = new CopyOnWriteArrayList<>();
    final Context context = Operators.enableOnDiscard(
            Context.of("reactor.onErrorDropped.local", (java.util.function.Consumer<Throwable>) errors::add),
            items::add);
}
