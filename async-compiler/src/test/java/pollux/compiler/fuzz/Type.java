package pollux.compiler.fuzz;

/** The types of the random programs' variables and expressions. */
enum Type {
    INT("int", "= += -= *= ^= |= <<= >>="),
    LONG("long", "= += -= *= ^= &= >>>="),
    DOUBLE("double", "= += -= *="),
    FLOAT("float", "= += *="),
    BYTE("byte", "= += -= ^="),
    CHAR("char", "= += -="),
    BOOLEAN("boolean", "= &= |= ^="),
    STRING("String", "= +=");

    final String java;
    final String[] assignments;

    Type(String java, String assignments) {
        this.java = java;
        this.assignments = assignments.split(" ");
    }

    boolean integral() {
        return this == INT || this == LONG;
    }
}
