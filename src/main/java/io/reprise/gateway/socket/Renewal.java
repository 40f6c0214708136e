package io.reprise.gateway.socket;

import io.reprise.config.access.OidcSettings;
import io.reprise.gateway.access.Authenticator.Authentication;
import io.reprise.gateway.access.Credentials;
import io.reprise.gateway.access.Identity;
import java.util.function.Consumer;

/** Renews the identity of an open socket before it ends, where that needs nothing from the client. */
final class Renewal {
    private final SocketParts parts;
    private Credentials credentials;
    private Identity identity;
    private long dueMs;
    private boolean underWay;

    Renewal(SocketParts parts) {
        this.parts = parts;
    }

    /** Sets the identity and the credentials it comes from. */
    void begin(Credentials given, Identity known) {
        credentials = given;
        identity = known;
        long nowMs = parts.time().nowMs();
        // An identity with a short lifetime must not be refreshed without a pause.
        long halfMs = nowMs + Math.max(0, known.expiresAtMs() - nowMs) / 2;
        dueMs = Math.max(halfMs, known.expiresAtMs() - settings().refreshMs());
    }

    /** Renews the identity if it is due. */
    void tick(Consumer<Authentication> then) {
        if (underWay || !credentials.renewable() || parts.time().nowMs() < dueMs) return;
        underWay = true;
        Identity before = identity;
        parts.authenticator().renew(credentials, before).onSuccess(result -> {
            underWay = false;
            if (identity != before) return; // The client brought a token meanwhile.
            dueMs = parts.time().nowMs() + settings().retryMs();
            then.accept(result);
        });
    }

    private OidcSettings settings() {
        return parts.settings().auth().oidc();
    }
}
