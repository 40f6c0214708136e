package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code conf/reprise.yaml} is the reference that people read, so it must be complete and true. */
class ShippedFileTest {
    private static final Path FILE = Path.of("conf", "reprise.yaml");

    @Test
    void shows_the_defaults() {
        assertThat(Settings.load(FILE, Map.of())).isEqualTo(new LoadedSettings.Valid(Settings.defaults()));
    }

    @Test
    void names_every_key() {
        SettingsReader reader = SettingsReader.of(Map.of());
        Settings.read(reader);

        YamlNode.Mapping sections = YamlFile.read(FILE, new ArrayList<>());
        List<String> named = sections.entries().entrySet().stream()
                .flatMap(section -> ((YamlNode.Mapping) section.getValue())
                        .entries().keySet().stream().map(key -> section.getKey() + "." + key))
                .toList();

        assertThat(named).containsExactlyInAnyOrderElementsOf(reader.keys());
    }

    @Test
    void tells_the_allowed_range_of_every_number() throws IOException {
        // A value just outside the range makes the reader tell the range, which the remark must repeat.
        String[] lines = Files.readString(FILE).split("\n");
        Pattern number = Pattern.compile("  (\\w+): (\\d+)");
        String section = "";
        for (int i = 0; i < lines.length; i++) {
            section = lines[i].matches("\\w+:") ? lines[i].replace(":", "") : section;
            var matcher = number.matcher(lines[i]);
            if (matcher.matches()) {
                assertThat(remarkAbove(lines, i))
                        .as(section + "." + matcher.group(1))
                        .contains(range(section + "." + matcher.group(1)));
            }
        }
    }

    private static String range(String path) {
        LoadedSettings loaded = Settings.load(Map.of(SettingsReader.variable(path), "no number"));
        String fault = ((LoadedSettings.Invalid) loaded).problems().getFirst().fault();
        return fault.replaceAll(".* from (\\d+) to (\\d+)", "$1-$2");
    }

    private static String remarkAbove(String[] lines, int index) {
        StringBuilder remark = new StringBuilder();
        for (int i = index - 1; lines[i].startsWith("  #"); i--) {
            remark.insert(0, lines[i].replace("#", "") + " ");
        }
        return remark.toString();
    }
}
