package pollux.compiler.fuzz;

import java.util.regex.Pattern;

/** The random program of a seed: a static method. */
record Program(long seed, String source) {

    static final String IMPORTS =
            "import static pollux.async.Async.async;\nimport static pollux.async.Async.await;\nimport static pollux.async.Async.each;\n"
                    + "import static pollux.compiler.fuzz.Lib.*;\nimport static pollux.future.Futures.ready;\n"
                    + "import pollux.async.Async;\nimport pollux.async.AsyncBlock;\nimport pollux.async.StreamBlock;\n"
                    + "import pollux.compiler.conformance.Env;\nimport pollux.compiler.fuzz.Lib;\nimport pollux.compiler.fuzz.Lib.*;\n"
                    + "import pollux.future.Future;\nimport pollux.future.Futures;\n"
                    + "import pollux.sync.AsyncMutex;\nimport pollux.sync.AsyncSemaphore;\nimport pollux.sync.Permit;\n\n";

    /** Async methods that the programs of a class call, and that call each other, where they await them. */
    static final String CALLEES = """
                private static <T> Future<T> hop(Env e, T value) {
                    return ready(await(e.later(value)));
                }

                private static <T> Future<T> atOnce(T value) {
                    return ready(await(ready(value)));
                }

                private static <T> Future<T> both(Env e, long wide, T value, double real) {
                    wide += await(e.later(2L));
                    real *= wide + await(atOnce(3));
                    T last = await(hop(e, value));
                    e.log(wide + " " + real);
                    return ready(last);
                }

                private static <T> Future<T> down(Env e, int n, T value) {
                    if (n == 0) {
                        return hop(e, value);
                    }
                    T below = await(down(e, n - 1, value));
                    return n % 5 == 0 ? e.later(below) : ready(below);
                }

                private static <T> Future<T> guarded(Env e, T value) {
                    int n = await(hop(e, 1));
                    try {
                        return ready(await(down(e, n + 1, value)));
                    } finally {
                        n += await(hop(e, 2)) + await(atOnce(n));
                        e.log("finally " + n);
                    }
                }

                private static <T> Future<T> held(AsyncMutex mutex, Env e, T value) {
                    try (AsyncMutex.Guard guard = await(mutex.lock())) {
                        return ready(await(both(e, mutex.isLocked() ? 1 : 0, value, await(atOnce(1.5)))));
                    } finally {
                        e.log(mutex);
                    }
                }
            """;

    /** A loop over a stream, as Statements writes it, up to its body. */
    private static final Pattern EACH =
            Pattern.compile("(\\w+: )for \\(int (\\w+) : each\\(e\\.source\\((.*?)\\)\\)\\) \\{");

    /** A loop over a generator: up to the generator, and from its end to the body. */
    private static final Pattern GENERATOR = Pattern.compile("\\w+: for \\(int (\\w+) : each\\(Async\\.stream\\(");

    private static final Pattern END_OF_GENERATOR = Pattern.compile("\\}\\)/\\* (\\w+: )(\\w+) \\*/\\)\\) \\{");

    /** What stands behind such a loop. */
    static final String END_OF_EACH = "/* end of each */";

    /** The same program with its loops over streams written as what they mean: a resource around a plain loop. */
    Program uncompiled() {
        String plain = EACH.matcher(source)
                .replaceAll(
                        "try (Env.Opened $2s = e.open($3)) { $1while (await($2s.advance())) { int $2 = $2s.next();");
        plain = GENERATOR.matcher(plain).replaceAll("try (Env.Opened $1s = e.generate(");
        plain = END_OF_GENERATOR
                .matcher(plain)
                .replaceAll("})) { $1while (await($2s.advance())) { int $2 = $2s.next();");
        return new Program(seed, plain.replace(END_OF_EACH, "}"));
    }

    static Program of(long seed) {
        Scope scope = new Scope(seed);
        boolean direct = seed % 4 == 3;
        boolean method = scope.chance(35) || direct;
        if (direct) {
            scope.variables.add(new Scope.Var("text", Type.STRING, false, true));
            scope.variables.add(new Scope.Var("wide", Type.LONG, false, true));
            scope.variables.add(new Scope.Var("real", Type.DOUBLE, false, true));
        }
        String body = new Statements(scope, method).body();
        String head = "public static Future<Object> " + name(seed) + "(Env e) throws Exception {\n";
        return new Program(
                seed,
                indented(
                        direct
                                ? directly(seed, head, body)
                                : head
                                        + (method
                                                ? body
                                                : "return async((AsyncBlock<Object>) () -> {\n" + body + "});\n")
                                        + "}\n"));
    }

    /** In every fourth program the body is that of a method with arguments that another one calls directly. */
    private static String directly(long seed, String head, String body) {
        String callee = name(seed) + "b";
        boolean instance = seed % 3 == 0;
        String call = (instance ? "this." : "") + callee + "(e, \"t\", 7L + await(e.later(1)), 0.5)";
        String caller = "Object end = null;\ntry {\nend = await(" + call + ");\n} finally {\ne.tell();\n}\n";
        String code = "private " + (instance ? "" : "static ") + "Future<Object> " + callee
                + "(Env e, String text, long wide, double real) throws Exception {\n" + body + "}\n";
        if (instance) {
            String own = name(seed) + "i";
            return code + "private Future<Object> " + own + "(Env e) throws Exception {\n" + caller
                    + "return ready(end);\n}\n" + head + "Object end = null;\ntry {\nend = await(new Fuzzed()." + own
                    + "(e));\n} finally {\ne.tell();\n}\nreturn ready(end);\n}\n";
        }
        return code
                + head
                + (seed % 8 == 3
                        ? caller + "return ready(end);\n}\n"
                        : "return async((AsyncBlock<Object>) () -> {\n" + caller + "return end;\n});\n}\n");
    }

    String name() {
        return name(seed);
    }

    private static String name(long seed) {
        return "p" + seed;
    }

    private static String indented(String source) {
        StringBuilder text = new StringBuilder();
        int depth = 1;
        for (String line : source.split("\n")) {
            depth -= line.startsWith("}") ? 1 : 0;
            text.append("    ".repeat(Math.max(depth, 0))).append(line).append('\n');
            depth += line.endsWith("{") ? 1 : 0;
        }
        return text.toString();
    }
}
