package io.reprise.config.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses a settings file into nodes; anything except keys, strings and lists is a problem. */
public final class YamlFile {
    private final Path file;
    private final JsonParser parser;
    private final List<SettingsProblem> problems;

    private YamlFile(Path file, JsonParser parser, List<SettingsProblem> problems) {
        this.file = file;
        this.parser = parser;
        this.problems = problems;
    }

    public static YamlNode.Mapping read(Path file, List<SettingsProblem> problems) {
        try (JsonParser parser = new YAMLFactory().createParser(Files.readString(file))) {
            return new YamlFile(file, parser, problems).document();
        } catch (JsonProcessingException e) {
            problems.add(
                    SettingsProblem.without(file.toString(), "is not YAML: " + firstLine(e), source(file, line(e))));
        } catch (NoSuchFileException e) {
            problems.add(SettingsProblem.without(file.toString(), "does not exist", "the settings file"));
        } catch (IOException e) {
            problems.add(SettingsProblem.without(file.toString(), "cannot be read as UTF-8 text", "the settings file"));
        }
        return YamlNode.Mapping.empty();
    }

    static String source(Path file, int line) {
        return file + ", line " + line;
    }

    private YamlNode.Mapping document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return YamlNode.Mapping.empty();
        }
        if (first != JsonToken.START_OBJECT) {
            problem(file.toString(), "must consist of sections with keys");
            return YamlNode.Mapping.empty();
        }
        YamlNode.Mapping sections = mapping("", line());
        if (parser.nextToken() != null) {
            problem(file.toString(), "must contain one document; a second one begins here");
        }
        return sections;
    }

    private YamlNode.Mapping mapping(String prefix, int line) throws IOException {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = prefix + parser.currentName();
            if (entries.containsKey(parser.currentName())) {
                problem(path, "is set twice");
            }
            entry(path, entries);
        }
        return new YamlNode.Mapping(entries, line);
    }

    private void entry(String path, Map<String, YamlNode> entries) throws IOException {
        String key = parser.currentName();
        int line = line();
        switch (parser.nextToken()) {
            case VALUE_NULL -> entries.put(key, new YamlNode.Nothing(line));
            case START_OBJECT -> entries.put(key, mapping(path + ".", line));
            case START_ARRAY -> entries.put(key, items(path, line));
            default -> entries.put(key, new YamlNode.Scalar(parser.getText(), line));
        }
    }

    private YamlNode.Items items(String path, int line) throws IOException {
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken().isScalarValue()) {
                texts.add(parser.getText());
            } else {
                problem(path, "must be a list of strings");
                parser.skipChildren();
            }
        }
        return new YamlNode.Items(texts, line);
    }

    private void problem(String path, String fault) {
        problems.add(SettingsProblem.without(path, fault, source(file, line())));
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }

    /** Only the first line of the parser's message, because the rest quotes the file, which may contain a password. */
    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
