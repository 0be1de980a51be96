package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.async.AsyncFrame;
import pollux.compiler.conformance.Programs;
import pollux.compiler.conformance.Programs.Way;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/** An await point is compiled by whatever class, import and expression the source reaches it. */
@Timeout(120)
class InheritedPointsTest {

    private static final String HEAD =
            "package lib; import pollux.async.*; import pollux.future.*;" + " import java.util.function.*;\n";

    /** Await points, and classes and interfaces that inherit them. */
    private static final List<String[]> LIBRARY = List.of(
            new String[] {
                "Base",
                HEAD + "public class Base {\n"
                        + "  @Awaits public static <T> T take(Future<T> f) { return Async.await(f); }\n"
                        + "  @Awaits(\"asked\") public static <T> T ask(Supplier<Future<T>> s) {"
                        + " return take(s.get()); }\n"
                        + "  public static <T> Future<T> asked(Supplier<Future<T>> s) { return s.get(); }\n"
                        + "}"
            },
            new String[] {"Mid", HEAD + "public class Mid extends Base {}"},
            new String[] {"Leaf", HEAD + "public class Leaf extends Mid {}"},
            new String[] {"Twin", HEAD + "public class Twin extends Base {}"},
            new String[] {
                "Outer",
                HEAD + "public class Outer {\n"
                        + "  public static class Inner extends Leaf { public static class Deep extends Twin {} }\n"
                        + "  public interface Face extends Taker {}\n"
                        + "}"
            },
            new String[] {
                "Taker",
                HEAD + "public interface Taker {\n"
                        + "  @Awaits(\"taken\") default <T> T get(Future<T> f) { return Async.await(f); }\n"
                        + "  default <T> Future<T> taken(Future<T> f) { return f; }\n"
                        + "}"
            },
            new String[] {"Clerk", HEAD + "public class Clerk implements Outer.Face {}"},
            new String[] {"Senior", HEAD + "public class Senior extends Clerk {}"},
            new String[] {"Both", HEAD + "public class Both extends Senior implements Runnable { public void run() {} }"
            },
            new String[] {
                "Hiding",
                HEAD + "public class Hiding extends Base { public static <T> T take(Future<T> f) { return null; } }"
            });

    @TempDir
    Path directory;

    /** Imports, the class header, an expression that awaits {@code f}. */
    static Stream<Arguments> forms() {
        List<String[]> forms = new ArrayList<>();
        for (String type : new String[] {"Base", "Mid", "Leaf", "Outer.Inner", "Outer.Inner.Deep"}) {
            forms.add(new String[] {"import static lib." + type + ".*;", "class User", "take(f)"});
            forms.add(new String[] {"import static lib." + type + ".take;", "class User", "take(f)"});
            forms.add(new String[] {"import static lib." + type + ".*;", "class User", "ask(() -> f)"});
            forms.add(new String[] {
                "import static lib." + type + ".ask; import static lib." + type + ".asked;",
                "class User",
                "ask(() -> f)"
            });
            forms.add(new String[] {"import static lib." + type + ".ask;", "class User", "ask(() -> f)"});
            forms.add(new String[] {"", "class User", "lib." + type + ".take(f)"});
            forms.add(new String[] {"", "class User extends lib." + type, "take(f)"});
            forms.add(new String[] {"", "class User extends lib." + type, "User.take(f)"});
        }
        // as with both adapters: one method through two or three classes
        for (String imports : new String[] {
            "import static lib.Leaf.*; import static lib.Twin.*;",
            "import static lib.Twin.*; import static lib.Leaf.*;",
            "import static lib.Leaf.take; import static lib.Twin.take;",
            "import static lib.Base.*; import static lib.Leaf.*; import static lib.Twin.take;",
            "import static lib.Base.take; import static lib.Twin.*;"
        }) {
            forms.add(new String[] {imports, "class User", "take(f)"});
        }
        forms.add(new String[] {"import static user.Mine.*;", "class User", "take(f)"});
        forms.add(new String[] {"import static user.Mine.Own.*;", "class User", "take(f)"});
        forms.add(new String[] {"import static lib.Outer.*;", "class User", "Inner.take(f)"});
        for (String type : new String[] {"lib.Taker", "lib.Outer.Face", "lib.Clerk", "lib.Senior"}) {
            String mine =
                    type.endsWith("r") && !type.endsWith("Taker") || type.endsWith("k") ? "extends " : "implements ";
            forms.add(new String[] {"", "class User " + mine + type, "get(f)"});
            forms.add(new String[] {"", "class User " + mine + type, "this.get(f)"});
            forms.add(new String[] {"", "class User " + mine + type, "new User().get(f)"});
            forms.add(new String[] {"", "class User", "User.<" + type + ">any(new lib.Senior()).get(f)"});
        }
        forms.add(new String[] {"", "class User<A extends lib.Senior>", "((A) new lib.Senior()).get(f)"});
        forms.add(new String[] {"", "class User<A extends Object & lib.Taker>", "((A) new lib.Senior()).get(f)"});
        forms.add(new String[] {
            "", "class User<A extends Runnable & lib.Outer.Face>", "User.<A>any((A) new lib.Both()).get(f)"
        });
        forms.add(new String[] {"", "class User extends lib.Senior", "super.get(f)"});
        forms.add(new String[] {"", "class User implements lib.Taker", "lib.Taker.super.get(f)"});
        forms.add(new String[] {"", "class User", "new lib.Senior() { Object own() { return null; } }.get(f)"});
        return Stream.of(Way.PROCESSOR, Way.COMMAND, Way.ECJ)
                .flatMap(way -> forms.stream().map(form -> arguments(way, form[0], form[1], form[2])));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void is_compiled(Way way, String imports, String header, String expression) throws Exception {
        String body = "  static <A> A any(A a) { return a; }\n"
                + "  public Future<Object> run(Future<Integer> f) { Object o = " + expression
                + "; return Futures.ready(o); }\n";
        ClassLoader loader = compiled(way, imports + "\npublic " + header + " {\n" + body + "}");
        Class<?> user = Class.forName("user.User", true, loader);
        assertAwaits(user);
    }

    @SuppressWarnings("unchecked")
    private static void assertAwaits(Class<?> user) throws Exception {
        Future<Object> run = (Future<Object>)
                user.getMethod("run", Future.class).invoke(user.getConstructor().newInstance(), new Second());
        Context cx = new Context(Waker.noop(), Services.NONE);
        assertThat(run).isInstanceOf(AsyncFrame.class);
        assertThat(run.poll(cx).isPending()).isTrue();
        assertThat(run.poll(cx)).isEqualTo(Poll.ready(7));
    }

    /** Ready at the second poll. */
    private static final class Second implements Future<Integer> {

        private int polls;

        @Override
        public Poll<Integer> poll(Context cx) {
            return polls++ == 0 ? Poll.pending() : Poll.ready(7);
        }
    }

    private ClassLoader compiled(Way way, String user) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String[] source : LIBRARY) {
            sources.add(write("lib/" + source[0] + ".java", source[1]));
        }
        sources.add(write(
                "user/Mine.java",
                "package user; public class Mine extends lib.Leaf { public static class Own extends lib.Twin {} }"));
        sources.add(write("user/User.java", "package user; import pollux.async.*; import pollux.future.*;\n" + user));
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Programs.compile(way, classes, sources);
        return Programs.load(classes);
    }

    private Path write(String name, String code) throws IOException {
        Path file = directory.resolve("sources").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, code);
    }

    /** The call of a method that hides an await point is an ordinary call, also in a class that awaits. */
    @ParameterizedTest
    @MethodSource("ways")
    void a_method_that_hides_one_is_none(Way way) throws Exception {
        ClassLoader loader = compiled(
                way,
                "import static lib.Leaf.*;\npublic class User extends lib.Hiding {\n"
                        + "  static class Nested extends lib.Base { Future<Object> get(Future<Integer> f) {"
                        + " Object o = take(f); return Futures.ready(o); } }\n"
                        + "  public Future<Object> run(Future<Integer> f) { Object none = take(f);"
                        + " if (none != null) throw new AssertionError(none); return new Nested().get(f); }\n}");
        assertAwaits(Class.forName("user.User", true, loader));
    }

    static Stream<Way> ways() {
        return Stream.of(Way.PROCESSOR, Way.COMMAND, Way.ECJ);
    }
}
