@file:JvmName("KotlinAwait")

package pollux.benchmarks

import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.coroutines.startCoroutine
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred

private suspend fun returnsAtOnce(i: Int): Int = i

internal fun unscheduled(block: suspend () -> Long): Long {
    var sum = Long.MIN_VALUE
    block.startCoroutine(Continuation(EmptyCoroutineContext) { sum = it.getOrThrow() })
    return sum
}

internal fun awaitReady(awaits: Int): Long = unscheduled {
    var sum = 0L
    for (i in 0 until awaits) {
        sum += returnsAtOnce(i)
    }
    sum
}

internal fun completed(value: Int): Deferred<Int> = CompletableDeferred(value)

internal fun awaitCompleted(awaits: Int, future: Any): Long {
    @Suppress("UNCHECKED_CAST")
    val deferred = future as Deferred<Int>
    return unscheduled {
        var sum = 0L
        for (i in 0 until awaits) {
            sum += deferred.await()
        }
        sum
    }
}

/** The bare language: a continuation kept in a field, resumed by a loop, no library and no dispatcher. */
internal class KotlinDriver {
    private var parked: Continuation<Int>? = null
    private var sum = 0L

    private suspend fun next(): Int = suspendCoroutineUninterceptedOrReturn {
        parked = it
        COROUTINE_SUSPENDED
    }

    fun drive(resumes: Int): Long {
        sum = 0
        val task: suspend () -> Unit = {
            for (i in 0 until resumes) {
                sum += next()
            }
        }
        task.startCoroutine(Continuation(EmptyCoroutineContext) { it.getOrThrow() })
        for (i in 0 until resumes) {
            parked!!.resume(i)
        }
        return sum
    }
}

internal abstract class KotlinNumbered {
    abstract suspend fun number(): Int
}

private class FirstNumbered(private val number: Int) : KotlinNumbered() {
    override suspend fun number(): Int = number
}

private class SecondNumbered(private val number: Int) : KotlinNumbered() {
    override suspend fun number(): Int = number
}

private class ThirdNumbered(private val number: Int) : KotlinNumbered() {
    override suspend fun number(): Int = number
}

private class FourthNumbered(private val number: Int) : KotlinNumbered() {
    override suspend fun number(): Int = number
}

internal fun numbered(kind: Int, number: Int): KotlinNumbered = when (kind) {
    0 -> FirstNumbered(number)
    1 -> SecondNumbered(number)
    2 -> ThirdNumbered(number)
    else -> FourthNumbered(number)
}

internal fun awaitNumbered(awaits: Int, numbered: Array<KotlinNumbered>): Long = unscheduled {
    var sum = 0L
    for (i in 0 until awaits) {
        sum += numbered[i and numbered.size - 1].number()
    }
    sum
}
