package io.reprise.model;

import io.reprise.message.content.Part;
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
}
