package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingRemarks;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.YamlFile;
import io.reprise.config.read.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code conf/reprise.yaml} is the reference for people, so it must be complete and correct. */
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

        YamlNode.Mapping sections = YamlFile.read(FileText.read(FILE)).sections();
        List<String> named = keysIn("", sections);

        assertThat(named).containsExactlyInAnyOrderElementsOf(reader.keys());
    }

    @Test
    void tells_the_allowed_range_of_every_number() throws IOException {
        // A value just outside the range makes the reader print the range, which the comment must repeat.
        String[] lines = Files.readString(FILE).split("\n");
        Pattern key = Pattern.compile("( *)(\\w+):(?: (\\S.*))?");
        Deque<String> sections = new ArrayDeque<>();
        for (int i = 0; i < lines.length; i++) {
            Matcher matcher = key.matcher(lines[i]);
            if (!matcher.matches()) continue;
            while (sections.size() > matcher.group(1).length() / 2) sections.removeLast();
            sections.add(matcher.group(2));
            if (matcher.group(3) != null && matcher.group(3).matches("\\d+")) {
                String path = String.join(".", sections);
                assertThat(remarkAbove(lines, i)).as(path).contains(range(path));
            }
        }
    }

    /** The page of settings shows these explanations. */
    @Test
    void explains_every_key() {
        SettingsReader reader = SettingsReader.of(Map.of());
        Settings.read(reader);
        SettingRemarks remarks = SettingRemarks.shipped();

        assertThat(reader.known())
                .filteredOn(key -> remarks.of(key).isEmpty())
                .extracting(SettingKey::path)
                .isEmpty();
        assertThat(reader.known())
                .filteredOn(key -> key.path().equals("server.host"))
                .extracting(key -> remarks.of(key).orElseThrow())
                .containsExactly("Address to listen on. 127.0.0.1: only this machine; 0.0.0.0: all interfaces"
                        + " (auth.mode must be jwt).");
    }

    private static List<String> keysIn(String prefix, YamlNode.Mapping section) {
        return section.entries().entrySet().stream()
                .flatMap(entry -> entry.getValue() instanceof YamlNode.Mapping inner
                        ? keysIn(prefix + entry.getKey() + ".", inner).stream()
                        : Stream.of(prefix + entry.getKey()))
                .toList();
    }

    private static String range(String path) {
        LoadedSettings loaded = Settings.load(Map.of(SettingsReader.variable(path), "no number"));
        String fault = ((LoadedSettings.Invalid) loaded).problems().getFirst().fault();
        return fault.replaceAll(".* from (\\d+) to (\\d+)", "$1-$2");
    }

    private static String remarkAbove(String[] lines, int index) {
        StringBuilder remark = new StringBuilder();
        for (int i = index - 1; lines[i].matches(" +#.*"); i--) {
            remark.insert(0, lines[i].replace("#", "") + " ");
        }
        return remark.toString();
    }
}
