package pollux.compiler.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program that is not written by hand: a switch of more than 32767 bytes, in a loop and a try block, so that its
 * jumps, those back and those out of it need the wide form, before it is woven and after.
 */
final class WideJumps {

    static final String CLASS = "programs.WideJumps";

    private static final int CASES = 300;

    private WideJumps() {}

    /** Writes the source into a directory. */
    static Path write(Path directory) throws IOException {
        StringBuilder cases = new StringBuilder();
        for (int i = 0; i < CASES; i++) {
            cases.append("case ").append(i).append(":\n");
            cases.append("sum = sum * 1000003L + i;\n".repeat(12));
            if (i % 60 == 0) {
                cases.append("sum += await(e.later(").append(i).append("));\n");
                cases.append("if (sum % 2 == 0) { turns++; continue; }\n");
            }
            cases.append(i == CASES - 1 ? "return \"last \" + sum + turns + await(e.later(1L));\n" : "break;\n");
        }
        Path source = directory.resolve("WideJumps.java");
        return Files.writeString(source, """
                package programs;
                import static pollux.async.Async.*;
                import pollux.compiler.conformance.Env;
                import pollux.future.Future;
                public class WideJumps {
                    public static Future<Object> switching(Env e) {
                        return async(() -> {
                            long sum = await(e.later(7L));
                            int turns = 0;
                            for (int i : new int[] {0, 60, 61, 240, -1, %d}) {
                                try {
                                    switch (await(e.later(i))) {
                                        %s
                                        default: sum ^= await(e.later(5L));
                                    }
                                    sum++;
                                } catch (RuntimeException failure) {
                                    e.log(failure.getClass() + await(e.later("caught")));
                                } finally {
                                    e.log(sum);
                                }
                            }
                            return sum;
                        });
                    }
                }
                """.formatted(CASES - 1, cases));
    }
}
