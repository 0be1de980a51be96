package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an IDE completes in application.properties is what {@link PolluxProperties} binds. */
class MetadataTest {

    @Test
    void each_property_has_its_name_type_default_and_a_description() throws Exception {
        JsonNode metadata = new JsonMapper()
                .readTree(PolluxProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"));
        List<String> described = new ArrayList<>();
        for (JsonNode property : metadata.get("properties")) {
            assertThat(property.get("description").asString()).endsWith(".");
            JsonNode value = property.get("defaultValue");
            described.add(property.get("name").asString() + " "
                    + property.get("type").asString() + " " + (value == null ? null : value.asString()));
        }
        List<String> bound = Arrays.stream(PolluxProperties.class.getRecordComponents())
                .map(MetadataTest::described)
                .toList();
        assertThat(described).containsExactlyElementsOf(bound);
    }

    private static String described(RecordComponent component) {
        String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
        Class<?> type = component.getType() == boolean.class ? Boolean.class : component.getType();
        DefaultValue value = Arrays.stream(PolluxProperties.class.getDeclaredConstructors()[0].getParameters())
                .filter(parameter -> parameter.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow()
                .getAnnotation(DefaultValue.class);
        return "pollux." + name + " " + type.getName() + " " + (value == null ? null : value.value()[0]);
    }
}
