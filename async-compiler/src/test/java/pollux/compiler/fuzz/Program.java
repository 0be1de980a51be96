package pollux.compiler.fuzz;

import java.util.regex.Pattern;

/** The random program of a seed: a static method. */
record Program(long seed, String source) {

    static final String IMPORTS =
            "import static pollux.async.Async.async;\nimport static pollux.async.Async.await;\nimport static pollux.async.Async.each;\n"
                    + "import static pollux.compiler.fuzz.Lib.*;\nimport static pollux.future.Futures.ready;\n"
                    + "import pollux.async.Async;\nimport pollux.async.AsyncBlock;\nimport pollux.async.StreamBlock;\n"
                    + "import pollux.compiler.conformance.Env;\nimport pollux.compiler.fuzz.Lib;\nimport pollux.compiler.fuzz.Lib.*;\n"
                    + "import pollux.future.Future;\nimport pollux.future.Futures;\n\n";

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
        boolean method = scope.chance(35);
        String body = new Statements(scope, method).body();
        String head = "public static Future<Object> " + name(seed) + "(Env e) throws Exception {\n";
        return new Program(
                seed,
                indented(head + (method ? body : "return async((AsyncBlock<Object>) () -> {\n" + body + "});\n")
                        + "}\n"));
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
