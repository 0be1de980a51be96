package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import pollux.compiler.conformance.Programs;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/** What comes out of awaits of constants, on both sides of the end of a budget, and where a cancel is thrown. */
@Timeout(180)
class ReadyAwaitsTest {

    /** With one await a turn, the budget ends twice. */
    private static final int TURNS = 300;

    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("ints", "44850000"),
            Map.entry("boxes", "44850000"),
            Map.entry("longs", "44850"),
            Map.entry("doubles", "45000.0"),
            Map.entry("floats", "45000.0"),
            Map.entry("chars", "104850"),
            Map.entry("bytes", "818"),
            Map.entry("truths", "150"),
            Map.entry("nulls", "300"),
            Map.entry("objects", "300"),
            Map.entry("texts", "1090"),
            Map.entry("statements", "300"),
            Map.entry("operands", "44850"),
            Map.entry("conditions", "15050"),
            Map.entry("failures", "300"),
            Map.entry("wrongTypes", "300"),
            Map.entry("twice", "300"),
            Map.entry("nullNumbers", "300"),
            Map.entry("lateNumbers", "134700.0"));

    @TempDir
    static Path inPlace;

    @TempDir
    static Path shared;

    @TempDir
    static Path broken;

    private static Class<?> small;
    private static Class<?> sharing;
    private static Class<?> forgetful;

    @BeforeAll
    static void compile() throws Exception {
        List<Path> source = List.of(Path.of("src/test/programs/readyloops/ReadyAwaits.java"));
        Programs.compile(Programs.Way.PROCESSOR, inPlace, source);
        small = Class.forName("readyloops.ReadyAwaits", true, Programs.load(inPlace));
        System.setProperty("pollux.share", "0"); // all awaits of a method share the code that stores and loads
        try {
            Programs.compile(Programs.Way.PROCESSOR, shared, source);
        } finally {
            System.clearProperty("pollux.share");
        }
        sharing = Class.forName("readyloops.ReadyAwaits", true, Programs.load(shared));
        Path classes = Files.createDirectory(broken.resolve("readyloops"));
        try (Stream<Path> files = Files.list(inPlace.resolve("readyloops"))) {
            for (Path file : files.toList()) {
                Files.write(classes.resolve(file.getFileName()), forgetful(Files.readAllBytes(file)));
            }
        }
        forgetful = Class.forName("readyloops.ReadyAwaits", true, Programs.load(broken));
    }

    @AfterAll
    static void clear() {
        System.clearProperty("readyloops.cancelled");
    }

    static Stream<Arguments> all() {
        return EXPECTED.keySet().stream()
                .sorted()
                .flatMap(program -> Stream.of(Arguments.of(program, false), Arguments.of(program, true)));
    }

    @SuppressWarnings("unchecked") // every program is declared so
    private static Future<String> run(Class<?> programs, String program) throws Exception {
        return (Future<String>) programs.getMethod(program, int.class).invoke(null, TURNS);
    }

    @ParameterizedTest(name = "{0}, shared {1}")
    @MethodSource("all")
    void the_outcome_is_that_of_the_constant(String program, boolean shares) throws Exception {
        check(program, run(shares ? sharing : small, program));
    }

    private static void check(String program, Future<String> future) {
        int[] wakes = {0};
        Waker waker = () -> wakes[0]++;
        Context cx = new Context(waker, Services.NONE);
        int polls = 0;
        while (true) {
            Poll<String> poll = future.poll(cx);
            polls++;
            if (poll.isReady()) {
                assertThat(poll.value()).isEqualTo(EXPECTED.get(program));
                break;
            }
            assertThat(wakes[0]).as("a yield is one wake").isEqualTo(polls);
            cx.begin(waker, Services.NONE);
        }
        assertThat(polls).isGreaterThanOrEqualTo(TURNS / Context.BUDGET + 1);
    }

    /** The same programs, but for the outcomes of later polls, which are forgotten: the check has to see that. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ints",
                "boxes",
                "longs",
                "doubles",
                "floats",
                "chars",
                "bytes",
                "truths",
                "objects",
                "texts",
                "operands",
                "conditions",
                "failures",
                "wrongTypes",
                "nullNumbers",
                "lateNumbers"
            })
    void canary(String program) throws Exception {
        Future<String> future = run(forgetful, program);
        assertThat(catchThrowable(() -> check(program, future))).isNotNull();
    }

    /** Replaces each later poll by null, and its outcome by zero or null. */
    private static byte[] forgetful(byte[] woven) {
        return BrokenCode.of(woven, Forgetful::new);
    }

    private static final class Forgetful extends MethodVisitor {
        Forgetful(MethodVisitor written) {
            super(Opcodes.ASM9, written);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            boolean isPoll = name.equals("pollAgain");
            if (!isPoll && !name.startsWith("outcome")) {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
                return;
            }
            visitInsn(Opcodes.POP2); // the answer and the failure of the later poll, or the context and the label
            if (isPoll) {
                visitInsn(Opcodes.POP);
            }
            visitInsn(
                    switch (descriptor.charAt(descriptor.length() - 1)) {
                        case 'I' -> Opcodes.ICONST_0;
                        case 'J' -> Opcodes.LCONST_0;
                        case 'D' -> Opcodes.DCONST_0;
                        default -> Opcodes.ACONST_NULL;
                    });
        }
    }

    @Test
    void a_cancel_at_the_end_of_the_budget_is_thrown_at_the_await() throws Exception {
        for (boolean shares : List.of(false, true)) {
            Future<String> future = run(shares ? sharing : small, "cancelled");
            Context cx = new Context(Waker.noop(), Services.NONE);
            assertThat(future.poll(cx).isPending()).isTrue();
            assertThat(future.cancel()).isFalse();
            cx.begin(Waker.noop(), Services.NONE);
            assertThatThrownBy(() -> future.poll(cx)).isInstanceOf(CancellationException.class);
            assertThat(System.getProperty("readyloops.cancelled")).isEqualTo("" + Context.BUDGET);
        }
    }
}
