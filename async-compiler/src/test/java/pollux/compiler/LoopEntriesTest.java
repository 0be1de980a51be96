package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import pollux.compiler.conformance.Programs;

/**
 * A loop over calls of an async method has one entry once it is woven, as in its source. That it does the same is what
 * {@link pollux.compiler.conformance.ConformanceTest} tells, which compiles all its programs with such loops.
 */
class LoopEntriesTest {

    private static final String CALLEE = "static Future<Integer> f(int i) { return ready(await(ready(i))); } "
            + "static Future<Integer> h(int i) { return ready(i > 0 ? await(h(i - 1)) : 0); } ";

    static Stream<Arguments> loops() {
        return Stream.of(
                loop("for", "for (int i = 0; i < n; i++) { sum += await(f(i)); }"),
                loop("while", "while (sum < n) { sum += await(f(1)); }"),
                loop("do", "do { sum += await(f(1)); } while (sum < n);"),
                loop("as the first statement", "while (true) { if (await(f(n)) > 0) { break; } n++; }"),
                loop("in its condition", "while (await(f(n--)) > 0) { sum++; }"),
                loop("two calls", "for (int i = 0; i < n; i++) { sum += await(f(i)); sum -= await(f(sum)); }"),
                loop("among others", "for (int i = 0; i < n; i++) { sum += await(f(i)); sum -= await(ready(2)); }"),
                loop(
                        "nested",
                        "for (int i = 0; i < n; i++) { for (long j = 0; j < i; j++) { sum += (int) j + await(f(i)); } }"),
                loop(
                        "nested, the inner one without a call",
                        "for (int i = 0; i < n; i++) { await(f(i)); for (long j = 0; j < i; j++) { sum += await(ready(1)); } }"),
                loop(
                        "labelled",
                        "o: for (int i = 0; i < n; i++) { for (int j = 0; ; j++) {"
                                + " if (await(f(j)) == i) { continue o; } if (j > 5) { break o; } } }"),
                loop(
                        "try",
                        "for (int i = 0; i < n; i++) { try { sum += await(f(i)); } finally { sum += await(f(1)); } }"),
                loop(
                        "around try",
                        "try { for (int i = 0; i < n; i++) { sum += await(f(i)); } } catch (Exception e) { n = 0; }"),
                loop(
                        "in a handler",
                        "for (int i = 0; i < n; i++) { try { n /= i; } catch (ArithmeticException e) { await(f(i)); } }"),
                loop(
                        "back through a handler only",
                        "for (int i = 0; i < n; i++) { try { sum = await(f(i)); throw new ArithmeticException(); }"
                                + " catch (ArithmeticException e) { sum++; } }"),
                loop("beside operands", "for (int i = 0; i < n; i++) { sum = sum + 3 * (i + await(f(i))); }"),
                loop(
                        "switch",
                        "for (int i = 0; i < n; i++) { switch (i) { case 1: await(f(i)); default: await(f(2)); } }"),
                loop("each", "for (int i : each(items)) { sum += await(f(i)); }"));
    }

    private static Arguments loop(String what, String statement) {
        return Arguments.of(what, statement);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("loops")
    void has_one_entry(String what, String statement, @TempDir Path out) throws Exception {
        assertThat(entriesIntoTheMiddle(statement, out)).isZero();
    }

    /** The same without the call, whose loop HotSpot inlines. */
    @Test
    void canary_a_loop_without_calls_has_two(@TempDir Path out) throws Exception {
        assertThat(entriesIntoTheMiddle("for (int i = 0; i < n; i++) { sum += await(ready(i)); }", out))
                .isOne();
    }

    /** A header with operands on the stack has no entry. */
    @Test
    void loop_beside_operands_is_entered_in_its_middle(@TempDir Path out) throws Exception {
        String statement = "sum = sum + switch (n) { default -> { int s = 0;"
                + " while (s < n) { s += await(f(1)); } yield s; } };";
        assertThat(entriesIntoTheMiddle(statement, out)).isOne();
    }

    /** Of many awaits in loops none polls before its variables are back: that takes more code. */
    @ParameterizedTest
    @CsvSource({"32, 32", "33, 0"})
    void of_many_awaits_none_polls_first(int awaits, int polledFirst, @TempDir Path out) throws Exception {
        assertThat(entriesIntoTheMiddle("while (n-- > 0) { " + "await(h(n));".repeat(awaits) + " }", out))
                .isEqualTo(polledFirst == 0 ? 1 : 0);
        int outcomes = WovenCalls.count(
                Files.readAllBytes(out.resolve("Snippet.class")), (owner, called) -> called.equals("outcome"));
        assertThat(outcomes).isEqualTo(polledFirst);
    }

    /** HotSpot cannot replace code that runs where operands are on the stack, and tries it at jumps back. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("loops")
    void no_jump_goes_back_with_operands(String what, String statement, @TempDir Path out) throws Exception {
        int inNoLoop = what.equals("try") ? 1 : 0; // its await where an exception leaves the loop is resumed so
        assertThat(jumpsBackWithOperands(statement, out)).isEqualTo(inNoLoop);
    }

    /** A loop of the source that has operands below it. */
    @Test
    void canary_loop_beside_operands_jumps_back_with_them(@TempDir Path out) throws Exception {
        String statement = "sum = sum + switch (n) { default -> { int s = 0;"
                + " while (s < n) { s += await(f(1)); } yield s; } };";
        assertThat(jumpsBackWithOperands(statement, out)).isPositive();
    }

    private static int jumpsBackWithOperands(String statement, Path out) throws Exception {
        Code code = new Code(woven(statement, out));
        Map<AbstractInsnNode, SlotFrame> types = code.types("Snippet", any -> true);
        int[] found = {0};
        code.edges((from, to) -> {
            AbstractInsnNode target = Objects.requireNonNull(Code.real(to));
            if (code.position(target) < code.position(from)
                    && !Objects.requireNonNull(types.get(target)).stack().isEmpty()) {
                found[0]++;
            }
        });
        return found[0];
    }

    /** A turn goes on at the header if the code from there to its place reads variables and constants only. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | for (int i = 0; i < n; i++) { sum += await(f(i)); }",
                "1 | for (int i = 0; i < LIMIT; i++) { sum = sum + 3 * (i + await(f(i))); }",
                "1 | while (sum < n && n > 3) { sum += await(f(sum)); sum += await(f(2)); }",
                "1 | do { sum += await(f(1)); } while (sum < n);",
                "2 | while (n > 3) { await(f(1)); while (sum < n) { await(f(n)); sum++; } }",
                "0 | while (n-- > 0) { sum += await(f(n)); }",
                "0 | while (sum < limit) { sum += await(f(n)); }",
                "0 | while (sum / n < 9) { sum += await(f(n)); }",
                "0 | for (int[] a = {9}; a[0] > sum; ) { sum += await(f(n)); }",
                "0 | while (n != 9) { n = await(f(sum)); }",
                "0 | for (int i = 0; i < n; i++) { if (sum > 3) { n--; } sum += await(f(i)); }",
                "0 | for (int i = 0; i < n; i++) { sum += items.hashCode() + await(f(i)); }",
                "1 | while (sum < n) { if (n > 3) { sum += await(f(1)); } else { sum += await(f(2)); } }",
                "0 | while (sum < n) { sum = await(f(1)); }",
            })
    void a_turn_goes_on_at_the_header(int turns, String statement, @TempDir Path out) throws Exception {
        int found = 0;
        for (AbstractInsnNode insn : woven(statement, out).instructions) {
            found += insn.getOpcode() == Opcodes.IFNONNULL ? 1 : 0; // nothing else asks for the failure of its poll
        }
        assertThat(found).isEqualTo(turns);
    }

    private static int entriesIntoTheMiddle(String statement, Path out) throws Exception {
        return secondEntries(woven(statement, out));
    }

    private static MethodNode woven(String statement, Path out) throws Exception {
        String method = "static final int LIMIT = new Random().nextInt(); static int limit; "
                + "static Future<Integer> g(int n, AsyncStream<Integer> items) { int sum = 0; " + statement
                + " return ready(sum); }";
        assertThat(Sources.compile(out, Sources.IMPORTS + "class Snippet {\n" + CALLEE + method + "\n}"))
                .isEmpty();
        Class.forName("Snippet", true, Programs.load(out)); // which verifies it
        ClassNode woven = new ClassNode();
        new ClassReader(Files.readAllBytes(out.resolve("Snippet.class"))).accept(woven, ClassReader.EXPAND_FRAMES);
        return woven.methods.stream()
                .filter(m -> m.name.equals("lambda$g$async"))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Counts the loops that are entered in their middle: those with an edge back, in depth-first order, whose target
     * does not dominate its source.
     */
    private static int secondEntries(MethodNode method) {
        Code code = new Code(method);
        AbstractInsnNode first = Objects.requireNonNull(method.instructions.getFirst());
        Set<AbstractInsnNode> headers = new HashSet<>();
        Set<AbstractInsnNode> seen = new HashSet<>(Set.of(first));
        Set<AbstractInsnNode> path = new HashSet<>(seen);
        Deque<AbstractInsnNode> nodes = new ArrayDeque<>(seen);
        Deque<Iterator<AbstractInsnNode>> ways =
                new ArrayDeque<>(List.of(next(code, first).iterator()));
        while (!nodes.isEmpty()) {
            AbstractInsnNode node = nodes.peek();
            if (!ways.peek().hasNext()) {
                ways.pop();
                path.remove(nodes.pop());
                continue;
            }
            AbstractInsnNode to = ways.peek().next();
            if (path.contains(to) && reaches(code, first, node, to)) {
                headers.add(to);
            }
            if (seen.add(to)) {
                path.add(to);
                nodes.push(to);
                ways.push(next(code, to).iterator());
            }
        }
        return headers.size();
    }

    private static boolean reaches(Code code, AbstractInsnNode from, AbstractInsnNode to, AbstractInsnNode without) {
        Set<AbstractInsnNode> seen = new HashSet<>(Set.of(without));
        Deque<AbstractInsnNode> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            AbstractInsnNode node = open.pop();
            if (seen.add(node)) {
                if (node == to) {
                    return true;
                }
                open.addAll(next(code, node));
            }
        }
        return false;
    }

    private static List<AbstractInsnNode> next(Code code, AbstractInsnNode node) {
        List<AbstractInsnNode> next = new ArrayList<>(Code.targets(node));
        if (node.getOpcode() >= 0) {
            code.handlers(node).forEach(block -> next.add(block.handler));
        }
        if ((node.getOpcode() < 0 || Code.fallsThrough(node)) && node.getNext() != null) {
            next.add(node.getNext());
        }
        return next;
    }
}
