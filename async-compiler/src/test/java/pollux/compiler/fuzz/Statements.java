package pollux.compiler.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.compiler.fuzz.Scope.Var;

/**
 * Random statements. Whatever they loop over is bounded, and each of them can complete normally as far as javac can
 * tell.
 */
final class Statements {

    private static final int DEEPEST = 3;

    private final Scope scope;
    private final Expressions expressions;

    /** How an object is returned here: as it is, or in a future. */
    private boolean returnsFuture;

    /** Whether this is a generator, which returns nothing. */
    private boolean generates;

    private int depth;

    Statements(Scope scope, boolean returnsFuture) {
        this.scope = scope;
        this.expressions = new Expressions(scope, this);
        this.returnsFuture = returnsFuture;
    }

    /** The body of a program. */
    String body() {
        StringBuilder text = new StringBuilder("e.log(\"begin\");\n");
        text.append("int first = await(e.later(").append(scope.below(5)).append("));\n");
        scope.variables.add(new Var("first", Type.INT, false, true));
        text.append(declare()).append(declare()).append(array());
        text.append(several(scope.generators ? 1 : 3 + scope.below(6)));
        if (scope.generators) {
            scope.fuel += 30;
            text.append(generator()).append(several(scope.below(4)));
        }
        return text.append(returning(all())).toString();
    }

    /** All variables that can be named here, so that a wrong one shows. */
    private String all() {
        StringBuilder text = new StringBuilder("join(\"end\"");
        for (Var variable : scope.variables) {
            text.append(", ")
                    .append(variable.array() ? "java.util.Arrays.toString(" + variable.name() + ")" : variable.name());
        }
        return text.append(")").toString();
    }

    private String returning(String value) {
        if (generates) {
            return "return;\n";
        }
        if (!returnsFuture) {
            return "return " + value + ";\n";
        }
        return "return " + (scope.chance(30) ? "e.later" : "ready") + "((Object) " + value + ");\n";
    }

    /** A block's statements and then a yield, inside a switch expression: nothing may jump out of it. */
    String yielding(Type type, Supplier<String> value) {
        List<String> loops = scope.loops;
        List<String> labels = scope.labels;
        boolean mayReturn = scope.mayReturn;
        List<Var> variables = scope.variables;
        scope.loops = new ArrayList<>();
        scope.labels = new ArrayList<>();
        scope.mayReturn = false;
        scope.variables = new ArrayList<>(variables);
        depth++;
        String text = several(1 + scope.below(2));
        // without the cast, javac takes "yield (…" for a call of a method if it finds a comma or a switch in it
        text += "yield (" + type.java + ") " + value.get() + ";\n";
        depth--;
        scope.loops = loops;
        scope.labels = labels;
        scope.mayReturn = mayReturn;
        scope.variables = variables;
        return text;
    }

    /** Statements between braces; the variables are visible in them only. */
    private String block(Var... extra) {
        List<Var> variables = scope.variables;
        scope.variables = new ArrayList<>(variables);
        scope.variables.addAll(List.of(extra));
        depth++;
        String text = "{\n" + several(1 + scope.below(3)) + "}";
        depth--;
        scope.variables = variables;
        return text;
    }

    private String several(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(one());
        }
        return text.toString();
    }

    private String one() {
        if (scope.emitter != null && scope.mayAwait && scope.chance(30)) {
            return emit();
        }
        boolean flat = depth >= DEEPEST || --scope.fuel < 0;
        switch (scope.below(flat ? 40 : 100)) {
            case 0, 1, 2, 3, 4, 5, 6 -> {
                return declare();
            }
            case 7, 8 -> {
                return array();
            }
            case 9 -> {
                return later();
            }
            case 10, 11 -> {
                return boxed();
            }
            case 12, 13, 14, 15, 16, 17 -> {
                return jump();
            }
            case 18, 19, 20 -> {
                return "e.log(" + expressions.any(2) + ");\n";
            }
            case 21, 22 -> {
                return scope.mayAwait ? "await(e.<Object>later(" + expressions.any(2) + "));\n" : "";
            }
            case 40, 41, 42, 43, 44, 45, 46 -> {
                return "if (" + condition() + ") " + block() + (scope.chance(50) ? " else " + block() : "") + "\n";
            }
            case 47, 48, 49, 50, 51, 52, 53, 54, 55 -> {
                return loop();
            }
            case 56, 57, 58, 59, 60 -> {
                return each();
            }
            case 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78 -> {
                return tryStatement();
            }
            case 79, 80, 81, 82, 83, 84 -> {
                return switchStatement();
            }
            case 85, 86 -> {
                String label = scope.name("b");
                scope.labels.add(label);
                String text = label + ": " + block() + "\n";
                scope.labels.remove(label);
                return text;
            }
            case 87, 88, 89 -> {
                return block() + "\n";
            }
            case 90, 91 -> {
                return locked();
            }
            case 92, 93, 94, 95 -> {
                return nested();
            }
            case 96 -> {
                return lambda();
            }
            case 97, 98, 99 -> {
                return pattern();
            }
            default -> {
                return assign();
            }
        }
    }

    private String condition() {
        return expressions.of(Type.BOOLEAN, 2);
    }

    private String declare() {
        Type type = scope.oneOf(Type.values());
        String name = scope.name("v");
        String text = (scope.chance(10) ? "var " + name + " = (" + type.java + ") " : type.java + " " + name + " = ")
                + expressions.of(type, 3) + ";\n";
        scope.variables.add(new Var(name, type, false, true));
        return text;
    }

    private String later() {
        Type type = scope.oneOf(Type.values());
        String name = scope.name("v");
        String text = type.java + " " + name + ";\nif (" + condition() + ") " + name + " = " + expressions.of(type, 2)
                + "; else " + name + " = " + expressions.of(type, 2) + ";\n";
        scope.variables.add(new Var(name, type, false, true));
        return text;
    }

    private String array() {
        Type type = scope.oneOf(Type.INT, Type.LONG, Type.DOUBLE, Type.STRING, Type.BYTE);
        String name = scope.name("a");
        String text = type.java + "[] " + name + " = {" + expressions.of(type, 1) + ", " + expressions.of(type, 2)
                + ", " + expressions.of(type, 1) + ", " + expressions.of(type, 1) + "};\n";
        scope.variables.add(new Var(name, type, true, true));
        return text;
    }

    private String boxed() {
        String name = scope.name("x");
        String text = "Box " + name + " = " + expressions.box(2) + ";\n";
        scope.variables.add(new Var(name + ".n", Type.INT, false, true));
        scope.variables.add(new Var(name + ".s", Type.STRING, false, true));
        return text;
    }

    private String assign() {
        Type type = scope.oneOf(Type.values());
        String target = expressions.target(type);
        if (target == null) {
            return "e.log(" + expressions.of(type, 2) + ");\n";
        }
        String operator = scope.oneOf(type.assignments);
        Type value = !operator.equals("=") && type.integral() ? scope.oneOf(Type.INT, Type.LONG) : type;
        Type waiting = value == Type.LONG ? value : type; // what is assigned to is widened first
        return target + " " + operator + " " + expressions.beside(waiting, value, 3) + ";\n";
    }

    private String jump() {
        List<String> jumps = new ArrayList<>(List.of(
                "throw new IllegalStateException(" + expressions.of(Type.STRING, 1) + ");\n",
                "throw new java.io.IOException(" + expressions.of(Type.STRING, 1) + ");\n"));
        scope.loops.forEach(label -> jumps.add("continue " + label + ";\n"));
        scope.labels.forEach(label -> jumps.add("break " + label + ";\n"));
        if (!scope.loops.isEmpty()) {
            jumps.add("break;\n");
            jumps.add("continue;\n");
        }
        if (scope.mayReturn) {
            jumps.add(returning(expressions.any(2)));
        }
        return "if (" + condition() + ") " + jumps.get(scope.below(jumps.size()));
    }

    private String loop() {
        String label = scope.name("l");
        String count = scope.name("k");
        int times = 1 + scope.below(3);
        Var counter = new Var(count, Type.INT, false, false);
        String inner = loopBlock(label, counter);
        return switch (scope.below(7)) {
            case 0 ->
                label + ": for (int " + count + " = 0; " + count + " < " + times + "; " + count + "++) " + inner + "\n";
            case 1 ->
                scope.mayAwait
                        ? label + ": for (int " + count + " = await(e.later(0)); " + count + " < await(e.later(" + times
                                + ")); " + count + " += await(e.later(1))) " + inner + "\n"
                        : "";
            case 2 ->
                "int " + count + " = 0;\n" + label + ": while (" + count + "++ < " + times + " && " + condition() + ") "
                        + inner + "\n";
            case 3 ->
                "int " + count + " = 0;\n" + label + ": do " + inner + " while (++" + count + " < " + times + " && "
                        + condition() + ");\n";
            case 4 ->
                "int " + count + " = 0;\n" + label + ": while (true) {\nif (" + count + "++ >= " + times + ") break;\n"
                        + inner + "\n}\n";
            case 5 ->
                label + ": for (int " + count + " : new int[] {" + expressions.of(Type.INT, 2) + ", "
                        + expressions.of(Type.INT, 2) + "}) " + inner + "\n";
            default ->
                label + ": for (int " + count + " : java.util.List.of(" + expressions.of(Type.INT, 1) + ", "
                        + expressions.of(Type.INT, 2) + ")) " + inner + "\n";
        };
    }

    /** A loop over a stream, which is often left together with the loops around it. */
    private String each() {
        if (!scope.mayAwait || !scope.mayTry) { // uncompiled, it has a try in it
            return assign();
        }
        if (scope.generators && scope.chance(70)) {
            return generator();
        }
        String label = scope.name("l");
        String item = scope.name("k");
        String inner = loopBlock(label, new Var(item, Type.INT, false, false));
        return label + ": for (int " + item + " : each(e.source(\"" + label + "\", " + (1 + scope.below(3)) + "))) "
                + inner + Program.END_OF_EACH + "\n";
    }

    private String loopBlock(String label, Var counter) {
        scope.loops.add(label);
        scope.labels.add(label);
        String inner = block(counter);
        scope.loops.remove(label);
        scope.labels.remove(label);
        return inner;
    }

    private String tryStatement() {
        if (!scope.mayTry) {
            return assign();
        }
        StringBuilder text = new StringBuilder("try ");
        List<Var> resources = new ArrayList<>();
        boolean closes = scope.chance(25);
        if (closes) {
            String first = scope.name("r");
            text.append("(Res ").append(first).append(" = ").append(resource());
            if (scope.chance(40)) {
                text.append("; Res ")
                        .append(scope.name("r"))
                        .append(" = ")
                        .append(scope.chance(20) ? "null" : resource());
            }
            text.append(") ");
            resources.add(new Var(first + ".name()", Type.STRING, false, false));
        }
        text.append(block(resources.toArray(new Var[0])));
        boolean catches = scope.chance(75);
        if (catches) {
            String name = scope.name("t");
            String type = scope.oneOf(
                    "Exception",
                    "Exception",
                    "RuntimeException",
                    "IllegalStateException",
                    "IllegalStateException | ArithmeticException");
            text.append(" catch (")
                    .append(type)
                    .append(' ')
                    .append(name)
                    .append(") {\ne.log(name(")
                    .append(name);
            text.append("));\n")
                    .append(block(new Var("name(" + name + ")", Type.STRING, false, false)))
                    .append('\n');
            text.append(scope.chance(20) ? "if (" + condition() + ") throw " + name + ";\n" : "")
                    .append("}");
        }
        if (scope.chance(catches || closes ? 40 : 100)) {
            text.append(" finally ").append(block());
        }
        return text.append('\n').toString();
    }

    private String resource() {
        String failing = scope.chance(25) ? condition() : "false";
        return "new Res(e, " + expressions.of(Type.STRING, 2) + ", " + failing + ")";
    }

    private String switchStatement() {
        boolean string = scope.chance(40);
        boolean arrows = scope.chance(40);
        StringBuilder text = new StringBuilder("switch ("
                + (string ? expressions.of(Type.STRING, 2) : expressions.of(Type.INT, 2) + " & 3") + ") {\n");
        for (String label : string ? new String[] {"\"Aa\"", "\"BB\"", "\"a\""} : new String[] {"0", "1", "3"}) {
            text.append("case ")
                    .append(label)
                    .append(arrows ? " -> " : ": ")
                    .append(block())
                    .append('\n');
            text.append(arrows || scope.chance(30) ? "" : "break;\n");
        }
        return text.append("default")
                .append(arrows ? " -> " : ": ")
                .append(block())
                .append("\n}\n")
                .toString();
    }

    private String locked() {
        if (!scope.mayTry) {
            return assign();
        }
        boolean mayAwait = scope.mayAwait;
        scope.mayAwait = false;
        String text = "synchronized (e) " + block() + "\n";
        scope.mayAwait = mayAwait;
        return text;
    }

    /** A block within the block, which sees constants only. */
    private String nested() {
        if (!scope.mayAwait) {
            return "";
        }
        String captured = scope.name("c");
        String result = scope.name("n");
        return "final int " + captured + " = " + expressions.of(Type.INT, 2) + ";\n"
                + within(
                        captured,
                        null,
                        () -> "Object " + result
                                + " = await(e.<Object>nested(async((AsyncBlock<Object>) () -> {\n" + "int " + result
                                + "i = await(e.later(1));\n" + several(1 + scope.below(3)) + returning(all())
                                + "})));\ne.log("
                                + result + ");\n");
    }

    /** A loop over a generator, whose code sees constants only. */
    private String generator() {
        String captured = scope.name("c");
        String out = scope.name("g");
        String text = "final int " + captured + " = " + expressions.of(Type.INT, 2) + ";\n";
        String body = within(captured, out, () -> several(1 + scope.below(4)) + emit() + several(scope.below(3)));
        String label = scope.name("l");
        String item = scope.name("k");
        String inner = loopBlock(label, new Var(item, Type.INT, false, false));
        return text + label + ": for (int " + item + " : each(Async.stream((StreamBlock<Integer>) " + out + " -> {\n"
                + body + "})/* " + label + ": " + item + " */)) " + inner + Program.END_OF_EACH + "\n";
    }

    private String emit() {
        return scope.emitter + ".emit(" + expressions.of(Type.INT, 2) + ");\ne.log(\"emitted\");\n";
    }

    /** Code of another block, which sees one variable of that around it. */
    private String within(String captured, @Nullable String emitter, Supplier<String> code) {
        List<Var> variables = scope.variables;
        List<String> loops = scope.loops;
        List<String> labels = scope.labels;
        boolean mayReturn = scope.mayReturn;
        boolean mayTry = scope.mayTry;
        boolean outer = returnsFuture;
        boolean outerGenerates = generates;
        String outerEmitter = scope.emitter;
        scope.mayTry = true;
        scope.variables = new ArrayList<>(List.of(new Var(captured, Type.INT, false, false)));
        scope.loops = new ArrayList<>();
        scope.labels = new ArrayList<>();
        scope.mayReturn = true;
        scope.emitter = emitter;
        returnsFuture = false;
        generates = emitter != null;
        depth++;
        String text = code.get();
        depth--;
        scope.variables = variables;
        scope.loops = loops;
        scope.labels = labels;
        scope.mayReturn = mayReturn;
        scope.mayTry = mayTry;
        scope.emitter = outerEmitter;
        returnsFuture = outer;
        generates = outerGenerates;
        return text;
    }

    private String lambda() {
        String name = scope.name("f");
        @Nullable String target = expressions.target(Type.INT);
        return "final int " + name + "c = " + expressions.of(Type.INT, 2) + ";\njava.util.function.IntUnaryOperator "
                + name
                + " = x -> x * 3 + " + name + "c;\n" + (target == null ? "e.log(" : "e.log(" + target + " = ") + name
                + ".applyAsInt(" + expressions.of(Type.INT, 2) + "));\n";
    }

    private String pattern() {
        String object = scope.name("o");
        String number = scope.name("i");
        return "Object " + object + " = " + condition() + " ? (Object) " + expressions.of(Type.STRING, 2)
                + " : (Object) (int) "
                + expressions.of(Type.INT, 2) + ";\nif (" + object + " instanceof Integer " + number + " && " + number
                + " > "
                + expressions.of(Type.INT, 2) + ") " + block(new Var(number, Type.INT, false, false)) + "\n";
    }
}
