package pollux.compiler.fuzz;

/** The types of the random programs' variables and expressions. */
enum Type {
    INT("int", "Integer", "= += -= *= ^= |= <<= >>="),
    LONG("long", "Long", "= += -= *= ^= &= >>>="),
    DOUBLE("double", "Double", "= += -= *="),
    FLOAT("float", "Float", "= += *="),
    BYTE("byte", "Byte", "= += -= ^="),
    CHAR("char", "Character", "= += -="),
    BOOLEAN("boolean", "Boolean", "= &= |= ^="),
    STRING("String", "String", "= +=");

    final String java;
    final String box;
    final String[] assignments;

    Type(String java, String box, String assignments) {
        this.java = java;
        this.box = box;
        this.assignments = assignments.split(" ");
    }

    boolean integral() {
        return this == INT || this == LONG;
    }
}
