package pollux.examples.shop;

/** Texts in JSON. */
final class Json {

    private Json() {}

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\' || c == '<') {
                quoted.append("\\u%04x".formatted(c));
            } else if (c < ' ') {
                quoted.append(c == '\n' ? "\\n" : "\\u%04x".formatted(c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
