package pollux.executor;

/** The state word of core and nothing else: no thread of an executor ever sees it. */
abstract class BareTask extends TaskState {

    @Override
    final void runHere(Trampoline thread, InlineRunner guest) {
        throw new AssertionError("a race runs its entries itself");
    }
}
