package io.reprise;

import io.reprise.config.access.AuthSettings;
import io.reprise.config.key.PublicKeys;
import io.reprise.config.key.TokenKey;
import io.reprise.config.read.SecretReference;
import io.reprise.gateway.access.token.Verifiers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds the keys for tokens that the settings refer to. */
record AccessKeys(AuthSettings settings, Map<String, String> environment) {

    /**
     * @param ownSecret supplies the generated secret in the mode {@code dev} if {@code auth.secret} is not set
     * @throws Server.StartException naming a setting whose key is absent or cannot be read
     */
    Verifiers.Keys find(Supplier<byte[]> ownSecret) {
        Optional<byte[]> given = settings.secret()
                .map(reference -> resolve("auth.secret", reference).getBytes(StandardCharsets.UTF_8));
        boolean dev = settings.mode() == AuthSettings.Mode.DEV;
        byte[] secret = given.orElseGet(() -> dev ? ownSecret.get() : null);
        if (!dev
                && secret == null
                && !settings.jwt().hasKeys()
                && !settings.oidc().isOn()) {
            throw new Server.StartException(
                    "auth.secret, auth.publicKeys, auth.jwksUrl or auth.oidc.issuer is needed in auth.mode jwt");
        }
        return new Verifiers.Keys(secret, publicKeys());
    }

    /** The secret of this server at the provider of {@code auth.oidc}; null if none is set. */
    String oidcSecret() {
        return settings.oidc()
                .clientSecret()
                .map(reference -> resolve("auth.oidc.clientSecret", reference))
                .orElse(null);
    }

    private List<TokenKey> publicKeys() {
        return settings.jwt()
                .publicKeys()
                .map(reference -> {
                    try {
                        return PublicKeys.parse(resolve("auth.publicKeys", reference));
                    } catch (IllegalArgumentException e) {
                        throw new Server.StartException("auth.publicKeys: " + reference + " " + e.getMessage());
                    }
                })
                .orElse(List.of());
    }

    private String resolve(String key, SecretReference reference) {
        return reference
                .resolve(environment)
                .orElseThrow(() -> new Server.StartException(key + ": missing or empty: " + reference));
    }
}
