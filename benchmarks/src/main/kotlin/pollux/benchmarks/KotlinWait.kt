@file:JvmName("KotlinWait")

package pollux.benchmarks

import java.util.concurrent.CountDownLatch
import java.util.function.IntUnaryOperator
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

internal fun pendingWake(wakes: Int, depth: Int, tally: Tally) {
    scope.launch { tally.end((deep(depth, wakes) - depth + 1).toLong()) }
}

private suspend fun deep(depth: Int, wakes: Int): Int {
    if (depth > 1) {
        return deep(depth - 1, wakes) + 1
    }
    repeat(wakes) { yield() }
    return 1
}

/** The nearest to a notification: a channel that keeps one signal. */
internal fun notifyItself(signals: Int, tally: Tally) {
    scope.launch {
        val signal = Channel<Unit>(Channel.CONFLATED)
        repeat(signals) {
            signal.trySend(Unit)
            signal.receive()
        }
        tally.arrive(1)
    }
}

internal fun oneshotToItself(signals: Int, value: Any, tally: Tally) {
    scope.launch {
        var right = 0
        repeat(signals) {
            val oneshot = CompletableDeferred<Any>()
            oneshot.complete(value)
            if (oneshot.await() === value) right++
        }
        tally.end(if (right == signals) 1 else 0)
    }
}

internal fun lockAndRelease(mutex: Boolean, tasks: Int, each: Int, body: Runnable, tally: Tally) {
    val lock = Mutex()
    val permit = Semaphore(1)
    repeat(tasks) {
        scope.launch {
            repeat(each) { if (mutex) lock.withLock { body.run() } else permit.withPermit { body.run() } }
            tally.arrive(1)
        }
    }
}

internal fun timeoutReady(timeouts: Int, tally: Tally) {
    scope.launch {
        var sum = 0L
        repeat(timeouts) { sum += withTimeout(1_000) { 1 } }
        tally.end(sum)
    }
}

internal fun crowd(tasks: Int, begun: CountDownLatch): CoroutineScope {
    val crowd = CoroutineScope(Dispatchers.Default + SupervisorJob())
    repeat(tasks) {
        crowd.launch {
            begun.countDown()
            awaitCancellation()
        }
    }
    return crowd
}

internal fun end(crowd: CoroutineScope) = crowd.cancel()

internal fun spawnAmong(crowd: CoroutineScope, tasks: Int, tally: Tally) {
    crowd.launch { repeat(tasks) { crowd.launch { tally.arrive(1) } } }
}

/** As many tasks as the array has places, each of which receives from a channel of its own that keeps one signal. */
internal fun listeners(channels: Array<Any>, heard: Runnable): CoroutineScope {
    val crowd = CoroutineScope(Dispatchers.Default + SupervisorJob())
    for (i in channels.indices) {
        val signal = Channel<Unit>(Channel.CONFLATED)
        channels[i] = signal
        crowd.launch {
            while (true) {
                signal.receive()
                heard.run()
            }
        }
    }
    return crowd
}

internal fun signal(crowd: CoroutineScope, channels: Array<Any>, signals: Int, at: IntUnaryOperator) {
    crowd.launch {
        repeat(signals) {
            @Suppress("UNCHECKED_CAST")
            (channels[at.applyAsInt(it)] as Channel<Unit>).trySend(Unit)
        }
    }
}

internal fun workers(count: Int): CoroutineScope =
    CoroutineScope(Dispatchers.Default.limitedParallelism(count) + SupervisorJob())

internal fun run(body: Runnable) {
    scope.launch { body.run() }
}

internal fun pending(first: Runnable) {
    scope.launch {
        first.run()
        awaitCancellation()
    }
}

internal fun oneshot(first: Runnable): Any {
    val oneshot = CompletableDeferred<Int>()
    scope.launch {
        first.run()
        oneshot.await()
    }
    return oneshot
}

internal fun sleeping(millis: Long, first: Runnable, then: Runnable) {
    scope.launch {
        first.run()
        delay(millis)
        then.run()
    }
}
