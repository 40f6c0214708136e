package io.reprise.tool.http;

import io.reprise.config.read.SecretReference;
import io.reprise.tool.ToolTraits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tool as its file declares it.
 *
 * @param schema JSON Schema of the arguments, as text
 * @param check the same schema, for checks
 * @param direct whether {@code POST /tools/v1/NAME} calls it, too
 * @param background whether calls of agents go on in the background
 * @param redirects hosts to which a redirect may lead, beside the one of the address
 * @param timeMs longest time of a call
 */
record HttpToolDefinition(
        String name,
        String description,
        String schema,
        ArgumentCheck check,
        RequestTemplate request,
        ResponseMapping response,
        ToolTraits traits,
        boolean direct,
        boolean background,
        List<String> redirects,
        int timeMs,
        Map<String, SecretReference> secrets) {
    HttpToolDefinition {
        redirects = List.copyOf(redirects);
        secrets = Map.copyOf(secrets);
    }

    /** The secrets as they are now; empty if one does not exist. */
    Optional<Map<String, String>> secretsIn(Map<String, String> environment) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Map.Entry<String, SecretReference> secret : secrets.entrySet()) {
            Optional<String> value = secret.getValue().resolve(environment);
            if (value.isEmpty()) return Optional.empty();
            found.put(secret.getKey(), value.get());
        }
        return Optional.of(found);
    }
}
