package pollux.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.junit.jupiter.api.Test;

class VarHandlesTest {

    private volatile int number = 7;

    @Test
    void findsAFieldOfTheCaller() {
        VarHandle handle = VarHandles.handle(MethodHandles.lookup(), "number", int.class);
        assertThat(handle.compareAndSet(this, 7, 8)).isTrue();
        assertThat(number).isEqualTo(8);
    }

    @Test
    void aFieldThatIsNotThereFailsTheClass() {
        assertThatThrownBy(() -> VarHandles.handle(MethodHandles.lookup(), "letter", char.class))
                .isInstanceOf(ExceptionInInitializerError.class)
                .hasCauseInstanceOf(NoSuchFieldException.class);
    }
}
