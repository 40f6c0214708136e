package io.reprise.catalog.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry as the file that stands for it in the folder of its kind.
 *
 * @param name of the file
 */
public record EntryFile(String name, String text) {
    private static final ObjectWriter YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build()
            .writer();

    private static final String TEXT = "text";

    public static EntryFile of(EntryKey key, Map<String, Object> body) {
        String name = key.name() + CatalogFolder.ending(key.kind());
        return new EntryFile(name, key.kind() == Kind.PROMPT ? prompt(body) : yaml(body));
    }

    private static String prompt(Map<String, Object> body) {
        Map<String, Object> head = new LinkedHashMap<>(body);
        String text = String.valueOf(head.remove(TEXT)) + "\n";
        boolean needsHead = !head.isEmpty() || text.startsWith(CatalogFiles.FENCE);
        String fence = CatalogFiles.FENCE + "\n";
        return needsHead ? fence + yaml(head) + fence + text : text;
    }

    private static String yaml(Map<String, Object> body) {
        if (body.isEmpty()) return "";
        try {
            return YAML.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as YAML", e);
        }
    }
}
