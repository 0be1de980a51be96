package pollux.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tools that build a smaller program are told which fields are found by name. */
class ShrinkersTest {

    private static final Path CLASSES = Path.of("target/classes");

    /** The fields that some handle reaches, by the class that declares them. */
    private static SortedMap<String, SortedSet<String>> fieldsFoundByName() throws Exception {
        SortedMap<String, SortedSet<String>> found = new TreeMap<>();
        for (String name : classes()) {
            Class<?> type = Class.forName(name, false, ShrinkersTest.class.getClassLoader());
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == AtomicReferenceFieldUpdater.class) { // does not tell its field: by its own name
                    found.computeIfAbsent(type.getName(), o -> new TreeSet<>())
                            .add(field.getName().toLowerCase(Locale.ROOT));
                }
                if (field.getType() == VarHandle.class && Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    VarHandle handle = (VarHandle) field.get(null);
                    handle.describeConstable().ifPresent(target -> {
                        // an element of an array has no name
                        boolean isField = handle.coordinateTypes().size() < 2;
                        if (isField) {
                            Class<?> owner = handle.coordinateTypes().isEmpty()
                                    ? type
                                    : handle.coordinateTypes().get(0);
                            found.computeIfAbsent(owner.getName(), o -> new TreeSet<>())
                                    .add(target.constantName());
                        }
                    });
                }
            }
        }
        return found;
    }

    private static List<String> classes() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            files.map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".class") && !file.equals("module-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .forEach(names::add);
        }
        return names;
    }

    @Test
    void nativeImageIsToldOfEachField() throws Exception {
        StringBuilder expected = new StringBuilder("[\n");
        fieldsFoundByName().forEach((owner, fields) -> {
            expected.append("  {\"name\": \"").append(owner).append("\", \"fields\": [");
            fields.forEach(
                    field -> expected.append("{\"name\": \"").append(field).append("\"}, "));
            expected.setLength(expected.length() - 2);
            expected.append("]},\n");
        });
        expected.setLength(expected.length() - 2);
        expected.append("\n]\n");
        Path file = CLASSES.resolve("META-INF/native-image/dev.pollux/pollux-core/reflect-config.json");
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("the file in src/main/resources has to be:\n" + expected)
                .isEqualToNormalizingNewlines(expected.toString());
    }

    @Test
    void shrinkersAreToldToKeepFields() throws IOException {
        assertThat(Files.readString(CLASSES.resolve("META-INF/proguard/pollux-core.pro")))
                .contains("-keepclassmembers class pollux.** {\n    <fields>;\n}")
                .contains("-keep class * implements pollux.reactive.spi.PublisherBridge");
    }
}
