package io.reprise.tool.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.config.read.Section;
import io.reprise.message.Json;
import io.reprise.outgoing.OutgoingResult.Page;
import io.reprise.support.Texts;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.web.PageReader;
import java.util.Optional;

/**
 * What becomes of an answer.
 *
 * @param pointer the part of a JSON answer that is the result; empty: all of it
 * @param bytesMax longest text of the result; the rest is cut
 * @param readBytesMax how much of an answer is read
 */
record ResponseMapping(String pointer, int bytesMax, int readBytesMax) {
    static ResponseMapping read(Section section) {
        int bytesMax = section.integer("bytesMax", 32_768, 256, 1_048_576);
        return new ResponseMapping(
                section.text(
                        "pointer",
                        "",
                        "a JSON Pointer such as /current/temperature",
                        text -> text.isEmpty() || isPointer(text)),
                bytesMax,
                section.integer("readBytesMax", 1_048_576, 1_024, 16_777_216));
    }

    private static boolean isPointer(String text) {
        try {
            JsonPointer.compile(text);
            return text.startsWith("/");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The result.
     *
     * @param json null unless the answer is JSON that was read as a whole and is not cut
     * @param text of all or the beginning
     * @param mark what was cut, for the reader; empty if nothing was
     */
    record Result(JsonNode json, String text, String mark) {
        boolean isCut() {
            return !mark.isEmpty();
        }
    }

    /** @throws ToolFailure if the answer is not what the file says */
    Result of(Page page, Secrecy secrets) {
        Optional<JsonNode> json = page.cut() ? Optional.empty() : json(page);
        if (pointer.isEmpty()) return cut(json.orElse(null), whole(page, json), page.cut(), secrets);
        if (page.cut()) {
            throw new ToolFailure("The answer is longer than " + readBytesMax + " bytes, so it could not be read.");
        }
        if (json.isEmpty()) throw new ToolFailure("The answer is not JSON.");
        JsonNode part = json.get().at(pointer);
        if (part.isMissingNode()) throw new ToolFailure("The answer has nothing at " + pointer + ".");
        return cut(part, Values.text(part), false, secrets);
    }

    /** The whole text, of an answer that is an error. */
    String text(Page page, Secrecy secrets) {
        return secrets.masked(PageReader.text(page));
    }

    private static String whole(Page page, Optional<JsonNode> json) {
        return json.map(Json::text).orElseGet(() -> PageReader.text(page));
    }

    private Result cut(JsonNode json, String text, boolean readInPart, Secrecy secrets) {
        String masked = secrets.masked(text);
        String shown = Texts.cutToBytes(masked, bytesMax);
        if (shown.length() < masked.length()) {
            return new Result(null, shown, "[Cut: the answer has " + Texts.utf8Bytes(masked) + " bytes.]");
        }
        String mark = readInPart ? "[Cut: only the first " + readBytesMax + " bytes of the answer were read.]" : "";
        // Without its secrets it may be JSON no more, so then it is only a text.
        return new Result(mark.isEmpty() && masked.equals(text) ? json : null, shown, mark);
    }

    private static Optional<JsonNode> json(Page page) {
        String type = String.valueOf(page.contentType());
        if (!type.contains("json")) return Optional.empty();
        try {
            return Optional.of(Json.parse(Texts.wellFormed(page.body().toString()), JsonNode.class));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
