package io.reprise.catalog.definition;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.List;
import java.util.Optional;

/**
 * Who an MCP server is told asks.
 *
 * @param clientId of this server at the authorization server; empty: it registers itself
 * @param clientSecret empty for a public client
 * @param scopes to ask for; empty for those that the server wants
 * @param register whether this server registers itself also where its address would do as its id
 */
public record McpAuth(
        Kind kind, String clientId, Optional<SecretReference> clientSecret, List<String> scopes, boolean register) {
    private static final TextForm CLIENT = TextForm.of("[\\x21-\\x7E]{0,1000}");
    private static final TextForm SCOPE = TextForm.of("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,200}");

    public McpAuth {
        scopes = List.copyOf(scopes);
    }

    /** The ways. */
    public enum Kind {
        /** What the entry says is the same for all people. */
        NONE,
        /** Each person signs in, with OAuth. */
        OAUTH,
        /** Each person is known by the token with which they call this server. */
        CALLER
    }

    static McpAuth read(Section section) {
        Section oauth = section.section("oauth");
        McpAuth auth = new McpAuth(
                section.choice("auth", Kind.NONE, Kind.values()),
                oauth.text("clientId", "", "the id of a client, without blanks", CLIENT),
                oauth.secret("clientSecret"),
                oauth.list("scopes", "a scope without blanks", SCOPE),
                oauth.bool("register", false));
        if (auth.clientSecret.isPresent() && auth.clientId.isEmpty()) {
            oauth.problem("clientSecret", "", "needs oauth.clientId");
        }
        return auth;
    }
}
