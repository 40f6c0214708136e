package io.reprise.model;

import io.reprise.message.content.Part;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The content of files in the messages of a request. Files that the model does not take, or that exceed the limits of a
 * request, are not among them; their names are sent instead.
 */
public record ModelFiles(Map<String, byte[]> byAttachment) {
    public static final ModelFiles NONE = new ModelFiles(Map.of());

    public ModelFiles {
        byAttachment = Map.copyOf(byAttachment);
    }

    public Optional<byte[]> of(Part.File file) {
        return Optional.ofNullable(byAttachment.get(file.attachment()));
    }

    /** What is sent of a text file; empty for other files. */
    public Optional<String> text(Part.File file) {
        return file.isText() ? of(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8)) : Optional.empty();
    }

    /** With other texts of these files. */
    public ModelFiles with(Map<String, String> texts) {
        if (texts.isEmpty()) return this;
        Map<String, byte[]> all = new HashMap<>(byAttachment);
        texts.forEach((attachment, text) -> all.put(attachment, text.getBytes(StandardCharsets.UTF_8)));
        return new ModelFiles(all);
    }
}
