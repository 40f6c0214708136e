package io.reprise.config.access;

import io.reprise.config.key.PublicKeys;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Settings of tokens in the mode {@code jwt}, in addition to {@code auth.secret}.
 *
 * @param publicKeys PEM or a JSON Web Key Set
 * @param jwksUrl where the identity provider publishes its keys
 * @param algorithms empty: all algorithms that the keys support
 * @param issuers empty: {@code reprise} with the secret, any issuer with public keys
 * @param audiences empty: not checked
 * @param rolesClaim name of a claim, or a path of names separated by dots
 * @param rolesMap if not empty, other roles are ignored
 */
public record JwtSettings(
        Optional<SecretReference> publicKeys,
        Optional<URI> jwksUrl,
        Jwks jwks,
        List<String> algorithms,
        List<String> issuers,
        List<String> audiences,
        int clockSkewMs,
        int tokenBytesMax,
        String rolesClaim,
        List<MappedRole> rolesMap,
        RolesDefault rolesDefault) {

    public static final Set<String> SECRET_ALGORITHMS = Set.of("HS256", "HS384", "HS512");

    private static final Pattern MAPPED = Pattern.compile("(.+)=(user|staff|admin)");

    public JwtSettings {
        algorithms = List.copyOf(algorithms);
        issuers = List.copyOf(issuers);
        audiences = List.copyOf(audiences);
        rolesMap = List.copyOf(rolesMap);
    }

    /**
     * How the keys of a provider are cached.
     *
     * @param keepMs time after which they are fetched again
     * @param retryMs shortest time between two fetches
     * @param outageMs how long they are used beyond {@code keepMs} while the provider does not answer
     * @param timeoutMs time limit of a fetch
     */
    public record Jwks(int keepMs, int retryMs, int outageMs, int timeoutMs) {}

    /** Maps a role of the provider to a role of this server. */
    public record MappedRole(String theirs, String ours) {}

    /** The role of a user with a valid token but without a known role. */
    public enum RolesDefault {
        USER,
        NONE
    }

    public static JwtSettings read(Section section) {
        return new JwtSettings(
                section.secret("publicKeys"),
                url(section),
                new Jwks(
                        section.integer("jwksKeepMs", 600_000, 1_000, 86_400_000),
                        section.integer("jwksRetryMs", 10_000, 100, 3_600_000),
                        section.integer("jwksOutageMs", 14_400_000, 0, 604_800_000),
                        section.integer("jwksTimeoutMs", 5_000, 100, 60_000)),
                section.list(
                        "algorithms",
                        "HS, RS, PS or ES and 256, 384 or 512",
                        name -> SECRET_ALGORITHMS.contains(name) || PublicKeys.ALGORITHMS.contains(name)),
                section.list("issuers", "a text", text -> !text.isBlank()),
                section.list("audiences", "a text", text -> !text.isBlank()),
                section.integer("clockSkewMs", 5_000, 0, 300_000),
                section.integer("tokenBytesMax", 8_192, 1_024, 65_536),
                section.text("rolesClaim", "roles"),
                section
                        .list(
                                "rolesMap",
                                "a role of the provider, =, and one of user, staff, admin",
                                text -> MAPPED.matcher(text).matches())
                        .stream()
                        .map(JwtSettings::mapped)
                        .toList(),
                section.choice("rolesDefault", RolesDefault.USER, RolesDefault.values()));
    }

    private static Optional<URI> url(Section section) {
        String url = section.concealed("jwksUrl", "an address such as https://id.example.org/keys", JwtSettings::isUrl);
        return url.isEmpty() ? Optional.empty() : Optional.of(URI.create(url));
    }

    private static boolean isUrl(String text) {
        try {
            URI url = URI.create(text);
            return url.getHost() != null
                    && url.getUserInfo() == null
                    && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static MappedRole mapped(String text) {
        int end = text.lastIndexOf('=');
        return new MappedRole(text.substring(0, end), text.substring(end + 1));
    }

    /** Whether tokens are verified by public keys. */
    public boolean hasKeys() {
        return publicKeys.isPresent() || jwksUrl.isPresent();
    }

    /** Reports settings that contradict each other. */
    void check(Section section, AuthSettings auth) {
        if (publicKeys.isPresent() && jwksUrl.isPresent()) {
            section.problem("publicKeys", publicKeys.get().toString(), "cannot be given together with auth.jwksUrl");
        }
        if (hasKeys() && auth.mode() == AuthSettings.Mode.DEV) {
            section.problem("mode", "dev", "must be jwt when auth.publicKeys or auth.jwksUrl is given");
        }
        for (String name : algorithms) {
            boolean used = SECRET_ALGORITHMS.contains(name) ? auth.secret().isPresent() : hasKeys();
            if (!used) section.problem("algorithms", name, "has no key: see auth.secret, publicKeys and jwksUrl");
        }
    }
}
