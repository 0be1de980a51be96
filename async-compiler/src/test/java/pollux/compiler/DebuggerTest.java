package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** The tables that debuggers read: which variables are shown where, and which line an instruction is on. */
@Timeout(180)
class DebuggerTest {

    private static final String CODE = """
            class Snippet {
                static Future<Object> f(Future<Integer> f, String unused, List<String> texts) {
                    int read = 1;
                    int once = 2;
                    at(once);
                    int got = await(f);
                    at(read);
                    once = got;
                    at(once);
                    for (long i = 0; i < 2; i++) {
                        Object each = await(f);
                        at(each);
                    }
                    at(texts);
                    return ready(1);
                }
                static void at(Object o) { }
            }
            """;

    @TempDir
    Path classes;

    private ClassNode type;

    @BeforeEach
    void compile() throws IOException {
        compile("-g");
    }

    private void compile(String... options) throws IOException {
        assertThat(Sources.compile(classes, Sources.IMPORTS + "\n" + CODE, options))
                .isEmpty();
        type = new ClassNode();
        new ClassReader(Files.readAllBytes(classes.resolve("Snippet.class"))).accept(type, 0);
    }

    private MethodNode method(String name) {
        return type.methods.stream()
                .filter(m -> m.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> shown(MethodNode method, AbstractInsnNode insn) {
        int at = method.instructions.indexOf(insn);
        List<String> names = new ArrayList<>();
        for (LocalVariableNode variable : method.localVariables) {
            if (method.instructions.indexOf(variable.start) <= at && at < method.instructions.indexOf(variable.end)) {
                names.add(variable.name);
            }
        }
        return names;
    }

    /** What is shown at the calls of {@code at}, in order. */
    private List<List<String>> shownAtCalls() {
        MethodNode resume = method("lambda$f$async");
        List<List<String>> shown = new ArrayList<>();
        for (AbstractInsnNode insn : resume.instructions) {
            if (insn instanceof MethodInsnNode call && call.name.equals("at")) {
                shown.add(shown(resume, insn));
            }
        }
        return shown;
    }

    /** "once" is not read between the await and its next assignment, "i" and "each" are only in scope in the loop. */
    @Test
    void a_variable_is_shown_where_it_has_its_value() {
        assertThat(shownAtCalls())
                .satisfiesExactly(
                        start -> assertThat(start).containsExactlyInAnyOrder("f", "texts", "read", "once"),
                        awaited -> assertThat(awaited).containsExactlyInAnyOrder("f", "texts", "read", "got"),
                        again -> assertThat(again).containsExactlyInAnyOrder("f", "texts", "read", "got", "once"),
                        loop -> assertThat(loop).containsExactlyInAnyOrder("f", "texts", "i", "each"),
                        after -> assertThat(after).containsExactlyInAnyOrder("f", "texts"));
    }

    @Test
    void the_debug_option_keeps_every_variable() throws IOException {
        compile("-g", "-Apollux.debug=true");
        assertThat(shownAtCalls())
                .satisfiesExactly(
                        start -> assertThat(start).contains("unused", "read", "once"),
                        awaited -> assertThat(awaited).contains("unused", "read", "once", "got"),
                        again -> assertThat(again).contains("unused", "read", "once", "got"),
                        loop -> assertThat(loop).contains("unused", "read", "once", "got", "i", "each"),
                        after -> assertThat(after).contains("unused", "read", "once", "got"));
    }

    @Test
    void a_variable_is_in_the_slot_that_the_code_stores_it_in() {
        MethodNode resume = method("lambda$f$async");
        assertThat(resume.localVariables)
                .extracting(variable -> variable.name + " " + variable.index + " " + variable.desc)
                .contains("f 4 Lpollux/future/Future;", "texts 6 Ljava/util/List;", "read 7 I", "i 10 J");
        assertThat(resume.localVariables)
                .filteredOn(variable -> variable.name.equals("texts"))
                .extracting(variable -> variable.signature)
                .containsExactly("Ljava/util/List<Ljava/lang/String;>;");
    }

    @Test
    void the_method_itself_has_its_parameters() {
        MethodNode factory = method("f");
        assertThat(shown(factory, factory.instructions.getFirst())).containsExactly("f", "unused", "texts");
    }

    /** What suspends at an await, and resumes there, is on its line; nothing else is on a line of the source twice. */
    @Test
    void each_line_has_its_own_code_and_that_of_its_awaits() {
        MethodNode resume = method("lambda$f$async");
        List<Integer> suspends = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (AbstractInsnNode insn : resume.instructions) {
            if (insn instanceof MethodInsnNode) {
                others.add(Code.line(insn));
            } else if (insn instanceof FieldInsnNode field
                    && field.name.equals("PENDING")
                    && Code.real(field.getNext()).getOpcode() == Opcodes.ARETURN) {
                suspends.add(Code.line(insn));
            }
        }
        assertThat(suspends).containsExactly(7, 12);
        // valueOf and at, the first poll and what is left of later ones, …; the last are the later poll of the loop,
        // and
        // the error of a wrong poll, on the first line
        assertThat(others)
                .startsWith(6, 6, 7, 7, 8, 8, 10, 10, 12, 12, 13, 15, 16)
                .endsWith(4);
        AbstractInsnNode first = Code.real(resume.instructions.getFirst());
        assertThat(first.getOpcode()).isEqualTo(Opcodes.ACONST_NULL);
        assertThat(Code.line(first))
                .as("the switch over the label is on no line")
                .isZero();
    }

    @Test
    void without_tables_there_are_none() throws IOException {
        compile("-g:none");
        MethodNode resume = method("lambda$f$async");
        assertThat(resume.localVariables).isNullOrEmpty();
        assertThat(method("f").localVariables).isNullOrEmpty();
        assertThat(Code.firstLine(resume)).isZero();
    }
}
