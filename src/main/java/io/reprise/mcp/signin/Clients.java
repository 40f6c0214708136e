package io.reprise.mcp.signin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.catalog.definition.McpAuth;
import io.reprise.support.Current;
import java.util.Map;
import java.util.Optional;

/**
 * Which client this server is at an authorization server: what the operator has registered; or the address of its description,
 * draft-ietf-oauth-client-id-metadata-document; or what was registered for the same person before; or a new one. Blocks.
 */
final class Clients {
    private static final String NAME = "Reprise";

    private final TokenRequests requests;
    private final Current<Optional<String>> publicUrl;
    private final Map<String, String> environment;

    Clients(TokenRequests requests, Current<Optional<String>> publicUrl, Map<String, String> environment) {
        this.requests = requests;
        this.publicUrl = publicUrl;
        this.environment = environment;
    }

    /** @param before tokens of the same person and server; null if there are none */
    Client at(AuthServer authority, McpAuth auth, Tokens before, String redirect, String scope)
            throws SignInFailure, InterruptedException {
        if (!auth.clientId().isEmpty()) {
            String secret = auth.clientSecret()
                    .flatMap(reference -> reference.resolve(environment))
                    .orElse(null);
            return new Client(auth.clientId(), secret, Client.method(authority.methods(), secret != null), false);
        }
        Optional<String> address = address();
        if (address.isPresent() && !auth.register() && authority.readsDescriptions()) {
            return new Client(address.get(), null, Client.NONE, false);
        }
        boolean same = before != null
                && before.client().registered()
                && before.issuer().equals(authority.issuer())
                && before.redirect().equals(redirect);
        return same ? before.client() : requests.register(authority, metadata(redirect), scope);
    }

    /** This server as a client, for those who read it at its address; empty if it has no address with TLS. */
    Optional<ObjectNode> description() {
        return address().map(address -> {
            ObjectNode described = metadata(publicUrl.get().orElseThrow() + McpSignIns.CALLBACK);
            described.put("client_id", address);
            described.put("client_uri", publicUrl.get().orElseThrow());
            described.put("token_endpoint_auth_method", Client.NONE);
            return described;
        });
    }

    private Optional<String> address() {
        return publicUrl.get().filter(url -> url.startsWith("https:")).map(url -> url + McpSignIns.DESCRIPTION);
    }

    private static ObjectNode metadata(String redirect) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("client_name", NAME);
        metadata.putArray("redirect_uris").add(redirect);
        metadata.putArray("grant_types").add("authorization_code").add("refresh_token");
        metadata.putArray("response_types").add("code");
        return metadata;
    }
}
