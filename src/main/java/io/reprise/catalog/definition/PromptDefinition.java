package io.reprise.catalog.definition;

import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One version of a system prompt.
 *
 * @param text may contain variables, see {@link PromptVariable}
 * @param note why this version exists; for people
 */
public record PromptDefinition(String text, Status status, String note) implements Definition {
    private static final int TEXT_BYTES_MAX = 65_536;
    private static final int NOTE_CHARACTERS_MAX = 500;

    /** No text of so few bytes has more characters. */
    private static final TextForm TEXT = TextForm.notBlank(TEXT_BYTES_MAX)
            .also(given -> given.getBytes(StandardCharsets.UTF_8).length <= TEXT_BYTES_MAX);

    /** What a version of a prompt is good for. */
    public enum Status {
        APPROVED,
        /** Only for staff, where an agent says so. */
        TESTING,
        /** No longer used. */
        DEPRECATED
    }

    static PromptDefinition read(Section section) {
        String text =
                section.requiredText("text", "a text of at most " + TEXT_BYTES_MAX + " bytes that is not empty", TEXT);
        PromptVariable.unknownIn(text).forEach(name -> section.problem("text", "{{" + name + "}}", unknown(name)));
        return new PromptDefinition(
                text,
                section.choice("status", Status.APPROVED, Status.values()),
                section.text(
                        "note",
                        "",
                        "a text of at most " + NOTE_CHARACTERS_MAX + " characters",
                        TextForm.upTo(NOTE_CHARACTERS_MAX)));
    }

    private static String unknown(String name) {
        return "is no variable; there are " + PromptVariable.all() + "; for the text itself write \\{{" + name + "}}";
    }

    @Override
    public boolean enabled() {
        return status != Status.DEPRECATED;
    }

    @Override
    public List<Reference> references() {
        return List.of();
    }
}
