package app

import pollux.Pollux
import pollux.async.Async.async
import pollux.async.Async.await
import pollux.async.AsyncBlock
import pollux.future.Futures.ready

object Checkout {
    @JvmStatic
    fun run(): String = Pollux.run(AsyncBlock { "total " + await(ready(42)) })
}
