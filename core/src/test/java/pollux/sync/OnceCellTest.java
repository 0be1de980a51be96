package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;

@Timeout(120)
class OnceCellTest {

    private final OnceCell<String> cell = new OnceCell<>();
    private final HandTask first = new HandTask();
    private final HandTask second = new HandTask();

    private static Future<String> unasked() {
        throw new AssertionError("called");
    }

    @Test
    void oneMakesItAndTheOthersWait() {
        Promise<String> made = new Promise<>();
        Future<String> maker = cell.getOrInit(made::future);
        assertThat(cell).hasToString("OnceCell[empty]");
        first.waiting(maker);
        assertThat(cell).hasToString("OnceCell[being made]");
        Future<String> waiter = second.waiting(cell.getOrInit(OnceCellTest::unasked));
        assertThat(cell.set("other")).isFalse();
        made.complete("v");
        assertThat(first.value(maker)).isEqualTo("v");
        assertThat(second.wakes()).isOne();
        assertThat(second.value(waiter)).isEqualTo("v");
        assertThat(second.value(cell.getOrInit(OnceCellTest::unasked))).isEqualTo("v");
        assertThat(cell.get()).isEqualTo("v");
        assertThat(cell).hasToString("OnceCell[v]");
    }

    @Test
    void afterAFailureTheNextInLineMakesIt() {
        Promise<String> made = new Promise<>();
        Future<String> maker = first.waiting(cell.getOrInit(made::future));
        Future<String> next = second.waiting(cell.getOrInit(() -> Futures.ready("v")));
        IOException failure = new IOException("down");
        made.fail(failure);
        assertThatThrownBy(() -> first.poll(maker)).isSameAs(failure);
        assertThat(cell.get()).isNull();
        assertThat(second.value(next)).isEqualTo("v");
    }

    @Test
    void afterACancellationTheNextInLineMakesIt() {
        Promise<String> made = new Promise<>();
        Future<String> maker = first.waiting(cell.getOrInit(made::future));
        Future<String> next = second.waiting(cell.getOrInit(() -> Futures.ready("v")));
        assertThat(maker.cancel()).isTrue();
        assertThat(made.isCancelled()).isTrue();
        assertThat(second.wakes()).isOne();
        assertThat(second.value(next)).isEqualTo("v");
    }

    @Test
    void nullIsNoValue() {
        assertThatThrownBy(() -> cell.set(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> first.poll(cell.getOrInit(() -> null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("getOrInit");
        assertThatThrownBy(() -> first.poll(cell.getOrInit(() -> Futures.ready(null))))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("getOrInit");
        assertThat(cell.set("v")).isTrue();
        assertThat(cell.set("w")).isFalse();
        assertThat(cell.get()).isEqualTo("v");
    }

    private static int timesMade(boolean broken) {
        OnceCell<Integer> cell = new OnceCell<>();
        AtomicInteger made = new AtomicInteger();
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                OnceCell<Integer> used = broken ? new OnceCell<>() : cell;
                handles.add(
                        pool.spawn(used.getOrInit(() -> Futures.yieldNow().map(nothing -> made.incrementAndGet()))));
            }
            handles.forEach(handle -> handle.toCompletableFuture().join());
        }
        return made.get();
    }

    @Test
    void manyTasksOnManyWorkersMakeItOnce() {
        assertThat(timesMade(false)).isOne();
        assertThat(timesMade(true)).as("the canary").isEqualTo(200);
    }
}
