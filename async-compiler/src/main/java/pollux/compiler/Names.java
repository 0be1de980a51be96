package pollux.compiler;

/** What the weaver has to know of the runtime. */
final class Names {

    static final String FUTURE = "pollux/future/Future";
    static final String FUTURES = "pollux/future/Futures";
    static final String CONTEXT = "pollux/future/Context";
    static final String FRAME = "pollux/async/AsyncFrame";
    static final String NUMBERS = "pollux/async/DirectNumbers";
    static final String LOOP_CALLS = "pollux/async/LoopCalls";
    static final String AWAITED_CALLS = "pollux/sync/AwaitedCalls";
    static final String FUTURE_CALLS = "pollux/future/AwaitedCalls";

    /** What compiled code calls that came last into the library: there, all the rest is. */
    static final String NEWEST = FUTURE_CALLS;

    static final String ASYNC = "pollux/async/Async";
    static final String EMITTER = "pollux/async/Emitter";
    static final String ASYNC_CALLS = "pollux/async/AwaitedCalls";
    static final String BLOCK = "pollux/async/AsyncBlock";
    static final String LOWER_BLOCK = "pollux/future/Block";
    static final String STREAM_BLOCK = "pollux/async/StreamBlock";
    static final String COMPILED_BLOCK = "pollux/async/CompiledBlock";
    static final String COMPILED_STREAM_BLOCK = "pollux/async/CompiledStreamBlock";
    static final String ASYNC_ITERABLE = "pollux/async/AsyncIterable";
    static final String ASYNC_ITERATOR = "pollux/async/AsyncIterator";
    static final String ITERABLE = "java/lang/Iterable";
    static final String ITERATOR = "java/util/Iterator";
    static final String OBJECT = "java/lang/Object";

    static final String AWAITS_DESC = "Lpollux/async/Awaits;";
    static final String FUTURE_DESC = "L" + FUTURE + ";";
    static final String OBJECT_DESC = "L" + OBJECT + ";";
    static final String AWAIT_DESC = "(" + FUTURE_DESC + ")" + OBJECT_DESC;

    private Names() {}
}
