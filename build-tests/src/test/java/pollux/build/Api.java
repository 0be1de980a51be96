package pollux.build;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/** The public API of a jar: each public type of an exported package, and its public and protected members. */
final class Api {

    private static final ToolProvider JAVAP = ToolProvider.findFirst("javap").orElseThrow();

    private Api() {}

    /** The listing: types by name, members in alphabetical order, so that a move within a source changes nothing. */
    static String of(Path jar) throws IOException {
        List<String> types = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            Set<String> exported = exported(file);
            file.stream().map(entry -> entry.getName()).sorted().forEach(name -> {
                String type = name.replaceAll("\\.class$", "").replace('/', '.');
                boolean isType = name.endsWith(".class") && !name.endsWith("-info.class");
                if (isType && exported.contains(type.substring(0, Math.max(0, type.lastIndexOf('.'))))) {
                    types.add(type);
                }
            });
        }
        TreeMap<String, List<String>> blocks = javap(jar, types);
        // a public class in one that is not public cannot be named
        blocks.keySet().removeIf(type -> !blocks.containsKey(type.replaceAll("\\$[^$]*$", "")));
        return blocks.values().stream()
                .map(lines -> String.join("\n", lines) + "\n")
                .collect(Collectors.joining("\n"));
    }

    /** What the descriptor exports to all; the compiler and the Maven plugin have none, and each is one package. */
    private static Set<String> exported(JarFile jar) throws IOException {
        if (jar.getEntry("module-info.class") == null) {
            return Set.of("pollux.compiler", "pollux.maven");
        }
        return ModuleDescriptor.read(jar.getInputStream(jar.getEntry("module-info.class"))).exports().stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    private static TreeMap<String, List<String>> javap(Path jar, List<String> types) {
        List<String> arguments = new ArrayList<>(List.of("-protected", "-constants", "-cp", jar.toString()));
        arguments.addAll(types);
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status = JAVAP.run(out, out, arguments.toArray(new String[0]));
        if (status != 0) {
            throw new AssertionError(said);
        }
        TreeMap<String, List<String>> blocks = new TreeMap<>();
        Pattern name = Pattern.compile("(?:class|interface) ([\\w.$]+)");
        for (String block : said.toString().replace("\r", "").split("(?m)^}\n")) {
            List<String> lines = Arrays.stream(block.split("\n"))
                    .filter(line -> !line.startsWith("Compiled from"))
                    .toList();
            if (lines.isEmpty() || !lines.get(0).startsWith("public ")) {
                continue;
            }
            var found = name.matcher(lines.get(0));
            if (found.find() && !found.group(1).matches(".*\\$\\d.*")) {
                List<String> listed = new ArrayList<>(List.of(lines.get(0).replaceAll(" \\{$", "")));
                listed.addAll(new TreeSet<>(lines.subList(1, lines.size())));
                blocks.put(found.group(1), listed);
            }
        }
        return blocks;
    }
}
