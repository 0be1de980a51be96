@file:JvmName("KotlinExec")

package pollux.benchmarks

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** Children of one SupervisorJob on Dispatchers.Default: the structured form that applications use. */
internal val scope = CoroutineScope(Dispatchers.Default + SupervisorJob())

internal fun spawnManyRemote(tasks: Int, tally: Tally) {
    repeat(tasks) { scope.launch { tally.arrive(1) } }
}

/** Without a parent to register at, so without structure: Kotlin's cheapest spawn. */
@OptIn(DelicateCoroutinesApi::class)
internal fun spawnManyGlobal(tasks: Int, tally: Tally) {
    repeat(tasks) { GlobalScope.launch { tally.arrive(1) } }
}

internal fun spawnManyLocal(tasks: Int, tally: Tally) {
    scope.launch { repeat(tasks) { scope.launch { tally.arrive(1) } } }
}

@OptIn(DelicateCoroutinesApi::class)
internal fun spawnManyLocalGlobal(tasks: Int, tally: Tally) {
    GlobalScope.launch { repeat(tasks) { GlobalScope.launch { tally.arrive(1) } } }
}

internal fun spawnJoin(tasks: Int, tally: Tally) {
    scope.launch {
        val handles = Array(tasks) { i -> scope.async { i } }
        var sum = 0L
        for (handle in handles) {
            sum += handle.await()
        }
        tally.end(sum)
    }
}

internal fun chainedSpawn(depth: Int, tally: Tally) {
    scope.launch { if (depth == 1) tally.arrive(1) else chainedSpawn(depth - 1, tally) }
}

internal fun pingPong(pairs: Int, tally: Tally) {
    scope.launch {
        repeat(pairs) { i ->
            scope.launch {
                val ping = CompletableDeferred<Int>()
                val pong = CompletableDeferred<Int>()
                scope.launch { pong.complete(ping.await() + 1) }
                ping.complete(i)
                tally.arrive((pong.await() - i).toLong())
            }
        }
    }
}

internal fun yieldMany(tasks: Int, yields: Int, tally: Tally) {
    repeat(tasks) {
        scope.launch {
            repeat(yields) { yield() }
            tally.arrive(1)
        }
    }
}

internal fun yieldLocal(yields: Int): Long = runBlocking {
    var sum = 0L
    repeat(yields) {
        yield()
        sum++
    }
    sum
}

internal fun handoff(turns: Int, tally: Tally) {
    val ping = Channel<Unit>()
    val pong = Channel<Unit>()
    scope.launch {
        repeat(turns) {
            ping.send(Unit)
            pong.receive()
        }
        tally.arrive(turns.toLong())
    }
    scope.launch {
        repeat(turns) {
            ping.receive()
            pong.send(Unit)
        }
        tally.arrive(turns.toLong())
    }
}

internal fun channel(producers: Int, items: Int, item: Any, tally: Tally) {
    val channel = Channel<Any>(1000)
    repeat(producers) { scope.launch { repeat(items / producers) { channel.send(item) } } }
    scope.launch {
        var received = 0L
        repeat(items) { if (channel.receive() === item) received++ }
        tally.end(received)
    }
}

internal fun timerCancel(timers: Int, tally: Tally) {
    scope.launch {
        var sum = 0L
        repeat(timers) { sum += withTimeout(60_000) { 1 } }
        tally.end(sum)
    }
}
