package io.reprise.model.provider.state;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.model.provider.json.JsonText;
import io.reprise.support.Digest;
import java.util.Optional;

/**
 * Identifies the model that made a turn. Provider data is sent back only to the same model at the same URL: other
 * models reject unknown data, and must not see data for somebody else.
 *
 * @param at identifies the URL without revealing it to readers of the log
 */
public record Seal(String provider, String model, String at) {
    private static final int DIGEST_CHARS = 12;

    public static Seal of(String provider, String model, String baseUrl) {
        return new Seal(provider, model, Digest.of(baseUrl).substring(0, DIGEST_CHARS));
    }

    /** The state with this seal, for the log. */
    String close(ObjectNode state) {
        ObjectNode sealed =
                JsonText.empty().put("provider", provider).put("model", model).put("at", at);
        sealed.set("state", state);
        return sealed.toString();
    }

    /** The state if it has this seal; empty for null and for other seals. */
    Optional<ObjectNode> open(String sealed) {
        if (sealed == null) return Optional.empty();
        return JsonText.parsed(sealed)
                .filter(its -> provider.equals(its.path("provider").asText())
                        && model.equals(its.path("model").asText())
                        && at.equals(its.path("at").asText()))
                .map(its -> its.path("state") instanceof ObjectNode state ? state : null);
    }
}
