package pollux.compiler.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the code at one point of a random program may name, and how much of it may still follow. */
final class Scope {

    /** A variable; arrays have four elements. */
    record Var(String name, Type type, boolean array, boolean assignable) {}

    final SplittableRandom random;
    List<Var> variables = new ArrayList<>();

    /** The labels of the enclosing loops that code here may continue, and of the statements that it may leave. */
    List<String> loops = new ArrayList<>();

    List<String> labels = new ArrayList<>();
    boolean mayReturn = true;
    boolean mayAwait = true;

    /** Whether loops may go over generators: in every fourth program, so that the others stay what they were. */
    final boolean generators;

    /** Whether calls of the library are awaited: in some programs, for the same reason. */
    final boolean libraryCalls;

    /** Whether async methods of the same class are awaited where they are called: in some programs, as well. */
    final boolean directCalls;

    /** The emitter of the generator whose code this is. */
    @Nullable
    String emitter;

    /**
     * False while a long or double waits on the operand stack: a switch expression there with a try in it makes javac
     * throw a NullPointerException, since it takes the second half of the waiting value for one of its own (JDK 17 to
     * 25).
     */
    boolean mayTry = true;

    /** How many more expressions and statements with parts of their own there may be. */
    int fuel;

    private int names;

    Scope(long seed) {
        random = new SplittableRandom(seed);
        generators = seed % 4 == 1;
        libraryCalls = seed % 4 == 3 || seed % 8 == 0;
        directCalls = seed % 16 == 4 || seed % 8 == 6;
        fuel = 20 + random.nextInt(100);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    String name(String prefix) {
        return prefix + names++;
    }

    @Nullable
    Var any(Predicate<Var> filter) {
        List<Var> all = variables.stream().filter(filter).toList();
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }
}
