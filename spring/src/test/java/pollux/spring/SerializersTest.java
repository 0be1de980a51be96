package pollux.spring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.async.AsyncBlock;
import pollux.async.StreamBlock;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;

/** A serializer that does not know our types fails with a text that names the starter, and prints nothing of them. */
class SerializersTest {

    record Wrapped(Object value) {}

    static Future<String> method() {
        pollux.async.Async.await(Futures.ready(1));
        return Futures.ready("value");
    }

    static Stream<Object> computations() {
        AsyncBlock<String> block = () -> "value";
        StreamBlock<String> generator = out -> out.emit("value");
        Future<String> byHand = cx -> Poll.ready("value");
        return Stream.of(
                method(),
                async(block),
                async(() -> pollux.async.Async.await(Futures.ready("value"))),
                Futures.ready("value"),
                Futures.ready("value").map(x -> x),
                new Promise<String>().future(),
                byHand,
                Pollux.spawn(method()),
                stream(generator),
                AsyncStreams.of(1, 2),
                AsyncStreams.of(1, 2).map(x -> x),
                block,
                generator);
    }

    @ParameterizedTest
    @MethodSource("computations")
    void jackson_2(Object computation) {
        var jackson = new com.fasterxml.jackson.databind.ObjectMapper();
        for (Object value : new Object[] {computation, new Wrapped(computation), Map.of("key", computation)}) {
            assertThatThrownBy(() -> jackson.writeValueAsString(value))
                    .hasMessageContaining("pollux-spring-boot-starter")
                    .hasMessageContaining("@WebFluxTest");
        }
    }

    @ParameterizedTest
    @MethodSource("computations")
    void jackson_3(Object computation) {
        var jackson = tools.jackson.databind.json.JsonMapper.builder().build();
        for (Object value : new Object[] {computation, new Wrapped(computation), Map.of("key", computation)}) {
            assertThatThrownBy(() -> jackson.writeValueAsString(value))
                    .hasMessageContaining("pollux-spring-boot-starter")
                    .hasMessageContaining("@WebFluxTest");
        }
    }
}
