package io.reprise.mcp.connection;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.tool.CallOutput;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The result of a call as content for the model and for people. */
public final class ResultText {
    private static final int NAME_CHARS_MAX = 200;

    private ResultText() {}

    /**
     * The content of a result. Structured content counts only if there is no other: servers send both for older
     * clients.
     *
     * @param output keeps its images
     */
    public static Content of(JsonNode result, CallOutput output) throws InterruptedException {
        List<Part> parts = new ArrayList<>();
        for (JsonNode item : result.path("content")) {
            Optional<byte[]> image = image(item);
            parts.add(image.isPresent() ? output.image(image.get()) : new Part.Text(text(item)));
        }
        JsonNode structured = result.path("structuredContent");
        if (parts.isEmpty() && !structured.isMissingNode()) parts.add(new Part.Text(structured.toString()));
        return parts.isEmpty() ? Content.of("") : new Content(parts);
    }

    /** The bytes of an image, also of one that is a resource; empty if it is something else or no Base64. */
    private static Optional<byte[]> image(JsonNode item) {
        JsonNode resource = item.path("resource");
        return switch (item.path("type").asText("")) {
            case "image" -> decoded(item.path("data"));
            case "resource" ->
                resource.path("mimeType").asText("").startsWith("image/")
                        ? decoded(resource.path("blob"))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<byte[]> decoded(JsonNode base64) {
        if (!base64.isTextual() || base64.textValue().isEmpty()) return Optional.empty();
        try {
            return Optional.of(Base64.getDecoder().decode(base64.textValue()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode item) {
        return switch (item.path("type").asText("")) {
            case "text" -> item.path("text").asText("");
            case "image" -> data("image", item.path("mimeType"), item.path("data"));
            case "audio" -> data("audio", item.path("mimeType"), item.path("data"));
            case "resource_link" -> link(item);
            case "resource" -> resource(item.path("resource"));
            default -> "[unsupported content]";
        };
    }

    private static String link(JsonNode item) {
        String name = item.path("title").asText(item.path("name").asText(""));
        return "[link: " + word(name) + " " + word(item.path("uri").asText("")) + "]";
    }

    private static String resource(JsonNode resource) {
        if (resource.path("text").isTextual()) return resource.get("text").asText();
        return data("file " + word(resource.path("uri").asText("")), resource.path("mimeType"), resource.path("blob"));
    }

    /** What takes the place of data that is not passed on. */
    private static String data(String what, JsonNode type, JsonNode base64) {
        String encoded = base64.asText("");
        int padding = encoded.endsWith("==") ? 2 : encoded.endsWith("=") ? 1 : 0;
        long bytes = encoded.length() * 3L / 4 - padding;
        return "[" + what + ", " + word(type.asText("unknown type")) + ", " + bytes + " bytes, not shown]";
    }

    private static String word(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\[\\]]+", " ").strip();
        return line.length() <= NAME_CHARS_MAX ? line : line.substring(0, NAME_CHARS_MAX) + "...";
    }
}
