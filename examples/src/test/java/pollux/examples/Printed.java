package pollux.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a program prints, and what the comments in its source say that it prints. */
final class Printed {

    private static final Pattern PRINTS = Pattern.compile("// prints: (.*)");

    private Printed() {}

    /** Runs a main method and returns the lines that it printed. */
    static List<String> by(Method main) throws Throwable {
        main.setAccessible(true);
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            main.invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** The lines that {@code // prints: } comments announce, in their order. */
    static List<String> announcedIn(List<String> source) {
        return source.stream()
                .map(PRINTS::matcher)
                .filter(Matcher::find)
                .map(match -> match.group(1).strip())
                .toList();
    }
}
