package pollux.compiler.fuzz;

import org.jspecify.annotations.Nullable;
import pollux.compiler.fuzz.Scope.Var;

/**
 * Random expressions. Each has exactly the type that was asked for, or its box, and stands in parentheses unless it
 * needs none.
 *
 * <p>Casts and type arguments tell javac what it would infer otherwise, in time that is exponential in the depth of the
 * nest.
 */
final class Expressions {

    private final Scope scope;
    private final Statements statements;

    Expressions(Scope scope, Statements statements) {
        this.scope = scope;
        this.statements = statements;
    }

    String any(int depth) {
        return of(scope.oneOf(Type.values()), depth);
    }

    String of(Type type, int depth) {
        if (depth <= 0 || --scope.fuel < 0) {
            return leaf(type);
        }
        int form = scope.below(100);
        if (form < 30 && scope.mayAwait) {
            return await(type, of(type, depth - 1));
        } else if (form < 37) {
            return "(" + of(Type.BOOLEAN, depth - 1) + " ? " + of(type, depth - 1) + " : " + of(type, depth - 1) + ")";
        } else if (form < 41) {
            return "Lib.<" + type.box + ">trace(e, " + of(type, depth - 1) + ")";
        } else if (form < 45) {
            return choice(type, depth);
        } else if (form < 51) {
            String target = target(type);
            if (target != null) {
                return "(" + target + " " + scope.oneOf(type.assignments) + " " + beside(type, type, depth - 1) + ")";
            }
        }
        return switch (type) {
            case INT -> intOf(depth - 1);
            case LONG -> longOf(depth - 1);
            case DOUBLE ->
                "("
                        + scope.oneOf(
                                of(Type.DOUBLE, depth - 1) + " + " + beside(Type.DOUBLE, Type.DOUBLE, depth - 1),
                                of(Type.DOUBLE, depth - 1) + " * " + beside(Type.DOUBLE, Type.INT, depth - 1),
                                of(Type.FLOAT, depth - 1) + " - " + beside(Type.DOUBLE, Type.DOUBLE, depth - 1))
                        + ")";
            case FLOAT -> "((float) (int) " + of(Type.INT, depth - 1) + " / 4)";
            case BYTE -> "((byte) (int) " + of(Type.INT, depth - 1) + ")";
            case CHAR -> "((char) ('a' + (" + of(Type.INT, depth - 1) + " & 15)))";
            case BOOLEAN -> condition(depth - 1);
            case STRING -> string(depth - 1);
        };
    }

    private String await(Type type, String value) {
        if (scope.libraryCalls && scope.chance(25)) {
            String typed = "<" + type.box + ">";
            return switch (scope.below(5)) {
                case 0 ->
                    "Lib." + typed + "under(" + awaited("AsyncMutex.Guard", "new AsyncMutex().lock()", value) + ", "
                            + value + ")";
                case 1 ->
                    "Lib." + typed + "under("
                            + awaited("AsyncSemaphore.Permit", "new AsyncSemaphore(3).acquire(2)", value) + ", " + value
                            + ")";
                case 2 ->
                    "Lib." + typed + "under(" + awaited("Permit<Integer>", "Lib.channel(1).sender().reserve()", "")
                            + ", " + value + ")";
                case 3 -> awaited(type.box, "Lib." + typed + "channel(" + value + ").receiver().receive()", value);
                default ->
                    "Lib." + typed + "second(" + awaited("Void", "Lib.channel(1).sender().send(2)", "") + ", " + value
                            + ")";
            };
        }
        if (scope.directCalls && scope.chance(50)) {
            String call = switch (scope.below(6)) {
                case 0 -> "hop(e, " + value + ")";
                case 1 -> "atOnce(" + value + ")";
                case 2 -> "both(e, " + scope.below(9) + "L, " + value + ", 0.5)";
                case 3 -> "down(e, " + scope.below(12) + ", " + value + ")";
                case 4 -> "guarded(e, " + value + ")";
                default -> "held(new AsyncMutex(), e, " + value + ")";
            };
            return awaited(type.box, "Fuzzed.<" + type.box + ">" + call, value);
        }
        boolean declares = scope.chance(10);
        String future = !declares && scope.chance(5)
                ? "Futures.<" + type.box + ">ready(" + value + ")"
                : "e.<" + type.box + ">later(" + value + ")";
        String await = value.contains("await(")
                ? "Async.<" + type.box + (declares ? ", Env.Planned>" : ">") + "await("
                : "await(";
        return await + future + (declares ? ", Env.Planned.class)" : ")");
    }

    private static String awaited(String type, String future, String value) {
        return (value.contains("await(") ? "Async.<" + type + ">await(" : "await(") + future + ")";
    }

    private String leaf(Type type) {
        Var variable = scope.any(v -> v.type() == type);
        if (variable != null && scope.chance(65)) {
            String read = variable.array() ? variable.name() + "[" + scope.below(4) + "]" : variable.name();
            return type == Type.STRING ? "cut(" + read + ")" : read;
        }
        String literal = literal(type);
        return scope.mayAwait && scope.chance(35) ? await(type, literal) : literal;
    }

    String literal(Type type) {
        int n = scope.below(scope.chance(10) ? 100_000 : 8);
        return switch (type) {
            case INT -> scope.chance(15) ? "(-" + n + ")" : "" + n;
            case LONG -> scope.chance(10) ? n + "000000007L" : n + "L";
            case DOUBLE -> n + ".5";
            case FLOAT -> n + ".25f";
            case BYTE -> "((byte) " + n + ")";
            case CHAR -> "'" + (char) ('a' + n % 26) + "'";
            case BOOLEAN -> scope.oneOf("true", "false");
            case STRING -> scope.oneOf("\"a\"", "\"b\"", "\"\"", "\"Aa\"", "\"BB\"", "\"s" + n + "\"");
        };
    }

    /** Something of the type that can be assigned to, null if there is nothing. */
    @Nullable
    String target(Type type) {
        Var variable = scope.any(v -> v.type() == type && v.assignable());
        if (variable == null) {
            return null;
        }
        return variable.array() ? variable.name() + "[" + index() + "]" : variable.name();
    }

    private String index() {
        Var counter = scope.any(v -> v.type() == Type.INT && v.assignable() && !v.array());
        if (counter != null && scope.chance(20)) {
            return counter.name() + "++ & 3";
        }
        return scope.chance(8) ? of(Type.INT, 1) : of(Type.INT, 1) + " & 3";
    }

    private String intOf(int depth) {
        String left = of(Type.INT, depth);
        switch (scope.below(13)) {
            case 0 -> {
                return "(" + left
                        + (scope.chance(85)
                                ? " / (" + of(Type.INT, depth) + " | 1))"
                                : " / " + literal(Type.INT) + ")");
            }
            case 1 -> {
                return "((int) (long) " + of(Type.LONG, depth) + ")";
            }
            case 2 -> {
                return "((int) (double) " + of(Type.DOUBLE, depth) + ")";
            }
            case 3 -> {
                return of(Type.STRING, depth) + ".length()";
            }
            case 4 -> {
                String target = target(Type.INT);
                return target == null ? left : scope.oneOf("(" + target + "++)", "(--" + target + ")");
            }
            case 5 -> {
                return "mix(" + left + ", " + of(Type.LONG, depth) + ", " + beside(Type.LONG, Type.DOUBLE, depth) + ", "
                        + beside(Type.DOUBLE, Type.STRING, depth) + ")";
            }
            case 6 -> {
                return box(depth) + ".plus(" + left + ", " + of(Type.LONG, depth) + ")";
            }
            case 7 -> {
                return "sum(" + left + ", " + of(Type.INT, depth) + ", " + of(Type.INT, depth) + ")";
            }
            case 8 -> {
                return "new int[] {" + left + ", " + of(Type.INT, depth) + "}[" + of(Type.INT, depth) + " & 1]";
            }
            case 9 -> {
                Var array = scope.any(v -> v.array() && v.type() == Type.INT);
                return array == null ? left : array.name() + "[" + index() + "]";
            }
            case 10 -> {
                return "(" + scope.oneOf("-", "~") + left + ")";
            }
            default -> {
                return "(" + left + " " + scope.oneOf("+", "-", "*", "&", "^", "<<", ">>") + " " + of(Type.INT, depth)
                        + ")";
            }
        }
    }

    private String longOf(int depth) {
        return switch (scope.below(4)) {
            case 0 -> "((long) (int) " + of(Type.INT, depth) + ")";
            case 1 -> "((long) (double) " + of(Type.DOUBLE, depth) + ")";
            case 2 -> "(" + of(Type.INT, depth) + " + " + beside(Type.LONG, Type.LONG, depth) + ")";
            default ->
                "(" + of(Type.LONG, depth) + " " + scope.oneOf("+", "-", "*", "|", ">>>") + " "
                        + beside(Type.LONG, Type.LONG, depth)
                        + ")";
        };
    }

    String condition(int depth) {
        Type type = scope.oneOf(Type.INT, Type.LONG, Type.DOUBLE, Type.CHAR);
        return switch (scope.below(5)) {
            case 0 -> "(" + of(Type.BOOLEAN, depth) + " && " + of(Type.BOOLEAN, depth) + ")";
            case 1 -> "(" + of(Type.BOOLEAN, depth) + " || " + of(Type.BOOLEAN, depth) + ")";
            case 2 -> "(!" + of(Type.BOOLEAN, depth) + ")";
            case 3 -> of(Type.STRING, depth) + ".equals(" + of(Type.STRING, depth) + ")";
            default -> "(" + of(type, depth) + " " + scope.oneOf("<", ">=") + " " + beside(type, type, depth) + ")";
        };
    }

    private String string(int depth) {
        return switch (scope.below(5)) {
            case 0 -> "join(" + any(depth) + ", " + any(depth) + ", " + any(depth) + ")";
            case 1 -> box(depth) + ".toString()";
            case 2 -> "String.valueOf((Object) " + any(depth) + ")";
            case 3 -> "(" + any(depth) + " + \",\" + " + anyBeside(depth) + ")";
            default ->
                "(\"\" + " + any(depth) + " + " + anyBeside(depth) + " + " + beside(Type.LONG, Type.STRING, depth)
                        + ")";
        };
    }

    /** An operand of a concatenation that is not the first: those before it may be long or double. */
    private String anyBeside(int depth) {
        return beside(Type.LONG, scope.oneOf(Type.values()), depth);
    }

    String box(int depth) {
        return "new Box(" + of(Type.INT, depth) + ", " + of(Type.STRING, depth) + ")";
    }

    /** An operand that is computed while one of a type, or what an assignment reads, waits on the operand stack. */
    String beside(Type waiting, Type type, int depth) {
        boolean mayTry = scope.mayTry;
        scope.mayTry &= waiting != Type.LONG && waiting != Type.DOUBLE;
        String text = of(type, depth);
        scope.mayTry = mayTry;
        return text;
    }

    private String choice(Type type, int depth) {
        boolean string = scope.chance(30);
        String selector = string ? of(Type.STRING, depth - 1) : "(" + of(Type.INT, depth - 1) + " & 3)";
        StringBuilder text = new StringBuilder("((" + type.java + ") switch (" + selector + ") {\n");
        String[] labels = string ? new String[] {"\"Aa\", \"a\"", "\"BB\""} : new String[] {"0", "2, 3"};
        for (String label : labels) {
            text.append("case ")
                    .append(label)
                    .append(" -> ")
                    .append(arm(type, depth - 1))
                    .append('\n');
        }
        return text.append("default -> ")
                .append(arm(type, depth - 1))
                .append("\n})")
                .toString();
    }

    private String arm(Type type, int depth) {
        if (scope.chance(60)) {
            return of(type, depth) + ";";
        }
        return "{\n" + statements.yielding(type, () -> of(type, depth)) + "}";
    }
}
