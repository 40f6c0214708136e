package io.reprise.model.provider.state;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.model.provider.json.JsonText;
import io.reprise.support.Digest;
import java.util.Optional;

/**
 * Who made a turn: what a provider wants back goes back to the same model at the same address alone. Others refuse what
 * they do not know, and must not learn what is meant for somebody else.
 *
 * @param at stands for the address, which readers of the log need not know
 */
public record Seal(String provider, String model, String at) {
    private static final int DIGEST_CHARS = 12;

    public static Seal of(String provider, String model, String baseUrl) {
        return new Seal(provider, model, Digest.of(baseUrl).substring(0, DIGEST_CHARS));
    }

    /** The state as the log keeps it. */
    String close(ObjectNode state) {
        ObjectNode sealed =
                JsonText.empty().put("provider", provider).put("model", model).put("at", at);
        sealed.set("state", state);
        return sealed.toString();
    }

    /** What was closed by this one; nothing for null and for anybody else's. */
    Optional<ObjectNode> open(String sealed) {
        if (sealed == null) return Optional.empty();
        return JsonText.parsed(sealed)
                .filter(its -> provider.equals(its.path("provider").asText())
                        && model.equals(its.path("model").asText())
                        && at.equals(its.path("at").asText()))
                .map(its -> its.path("state") instanceof ObjectNode state ? state : null);
    }
}
