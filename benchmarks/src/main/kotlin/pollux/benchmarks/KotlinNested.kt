@file:JvmName("KotlinNested")

package pollux.benchmarks

import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.coroutines.startCoroutine

private suspend fun bottom(value: Int): Int = value

private suspend fun level1(value: Int): Int = level2(value) + 1

private suspend fun level2(value: Int): Int = level3(value) + 1

private suspend fun level3(value: Int): Int = level4(value) + 1

private suspend fun level4(value: Int): Int = level5(value) + 1

private suspend fun level5(value: Int): Int = level6(value) + 1

private suspend fun level6(value: Int): Int = level7(value) + 1

private suspend fun level7(value: Int): Int = level8(value) + 1

private suspend fun level8(value: Int): Int = level9(value) + 1

private suspend fun level9(value: Int): Int = level10(value) + 1

private suspend fun level10(value: Int): Int = bottom(value) + 1

internal fun awaitNested(calls: Int): Long = unscheduled {
    var sum = 0L
    for (i in 0 until calls) {
        sum += level1(i and 63)
    }
    sum
}

private suspend fun callee(value: Int): Int {
    val inner = bottom(value)
    return inner
}

internal fun awaitCall(calls: Int): Long = unscheduled {
    var sum = 0L
    for (i in 0 until calls) {
        sum += callee(i and 63)
    }
    sum
}

/** The bare language: a continuation kept in a field, resumed by a loop; no library and no dispatcher. */
internal class KotlinSlot {
    private var parked: Continuation<Int>? = null
    private var sum = 0L

    private suspend fun next(): Int = suspendCoroutineUninterceptedOrReturn {
        parked = it
        COROUTINE_SUSPENDED
    }

    private suspend fun loop(further: Int, resumes: Int): Long {
        if (further > 0) {
            val inner = loop(further - 1, resumes)
            return inner + 0
        }
        var total = 0L
        for (i in 0 until resumes) {
            total += next()
        }
        return total
    }

    private suspend fun call(further: Int): Int {
        val inner = if (further > 0) call(further - 1) else next()
        return inner + 0
    }

    fun resumeLeaf(depth: Int, resumes: Int): Long = drive(resumes) { loop(depth - 1, resumes) }

    fun resumeRoot(depth: Int, calls: Int): Long = drive(calls) {
        var total = 0L
        for (i in 0 until calls) {
            total += call(depth - 1)
        }
        total
    }

    private fun drive(resumes: Int, task: suspend () -> Long): Long {
        sum = Long.MIN_VALUE
        task.startCoroutine(Continuation(EmptyCoroutineContext) { sum = it.getOrThrow() })
        for (i in 0 until resumes) {
            parked!!.resume(i and 63)
        }
        return sum
    }
}
