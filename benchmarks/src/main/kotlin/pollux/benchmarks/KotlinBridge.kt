@file:JvmName("KotlinBridge")

package pollux.benchmarks

import io.reactivex.rxjava3.core.Flowable
import io.reactivex.rxjava3.core.Single
import java.util.function.IntFunction
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.channels.produce
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.consumeAsFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactor.asFlux
import kotlinx.coroutines.reactor.asMono
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.rx3.asFlowable
import kotlinx.coroutines.rx3.await
import org.reactivestreams.Publisher
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono

internal fun awaitMonos(awaits: Int, source: IntFunction<Mono<Int>>, tally: Tally) {
    scope.launch {
        var sum = 0L
        for (i in 0 until awaits) {
            sum += source.apply(i).awaitSingle()
        }
        tally.arrive(sum)
    }
}

internal fun awaitSingles(awaits: Int, source: IntFunction<Single<Int>>, tally: Tally) {
    scope.launch {
        var sum = 0L
        for (i in 0 until awaits) {
            sum += source.apply(i).await()
        }
        tally.end(sum)
    }
}

internal fun collect(source: Publisher<Int>, tally: Tally) {
    scope.launch {
        var sum = 0L
        source.asFlow().collect { sum += it }
        tally.end(sum)
    }
}

private fun emitting(items: Int): Flow<Int> = flow {
    for (i in 0 until items) {
        emit(i)
    }
}

internal fun publish(items: Int): Flux<Int> = emitting(items).asFlux()

internal fun publishFlowable(items: Int): Flowable<Int> = emitting(items).asFlowable()

@OptIn(ExperimentalCoroutinesApi::class)
internal fun channelPublish(items: Int, capacity: Int): Flux<Int> {
    val channel = scope.produce(capacity = capacity) {
        for (i in 0 until items) {
            send(i)
        }
    }
    return channel.consumeAsFlow().asFlux(Dispatchers.Default)
}

internal fun builderMono(value: Int): Mono<Int> = mono(Dispatchers.Unconfined) { value }

internal fun builderMonoPool(value: Int): Mono<Int> = mono(Dispatchers.Default) { value }

internal fun pendingDeferred(): CompletableDeferred<Int> = CompletableDeferred()

internal fun readyDeferred(value: Int): CompletableDeferred<Int> = CompletableDeferred(value)

internal fun toMono(future: CompletableDeferred<Int>): Mono<Int> = future.asMono(Dispatchers.Unconfined)
