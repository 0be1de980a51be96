package app

import static pollux.async.Async.await
import static pollux.future.Futures.ready

import pollux.Pollux
import pollux.async.AsyncBlock

class Checkout {
    static String run() {
        AsyncBlock<String> block = { 'total ' + await(ready(42)) }
        Pollux.run(block)
    }
}
