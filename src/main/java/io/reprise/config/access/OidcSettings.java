package io.reprise.config.access;

import io.reprise.config.ServerSettings;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Settings of sign-in with OpenID Connect: people are redirected to the provider and return with a code.
 *
 * @param issuer issuer of the provider, exactly as its tokens name it; empty if OpenID Connect is off
 * @param clientSecret empty for a public client
 * @param name display name of the provider; may be empty
 * @param parameters that are added to the address of the provider's sign-in page
 * @param attemptMs longest time from the start of a sign-in to its callback
 * @param attemptsMax sign-ins in progress per browser
 * @param timeoutMs longest time of one request to the provider
 * @param atOnceMax simultaneous requests to the provider, per gateway
 * @param keepMs after this time the discovery document is fetched again
 * @param retryMs shortest time between two requests after a failure
 * @param refreshMs how long before its expiry an identity is refreshed
 * @param sessionHours after this time a person must sign in again
 * @param perUserMax browsers in which a user can be signed in; further ones end the oldest
 */
public record OidcSettings(
        Optional<String> issuer,
        String clientId,
        Optional<SecretReference> clientSecret,
        String name,
        List<String> scopes,
        List<Parameter> parameters,
        int attemptMs,
        int attemptsMax,
        int timeoutMs,
        int atOnceMax,
        int keepMs,
        int retryMs,
        int refreshMs,
        int sessionHours,
        int perUserMax) {

    public static final String NAME = "oidc";

    private static final Pattern PARAMETER = Pattern.compile("([a-z_]{1,64})=(\\S{1,512})");
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    /** What a sign-in must be able to rely on. */
    private static final Set<String> OWN_PARAMETERS = Set.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "request",
            "request_uri");

    public OidcSettings {
        scopes = List.copyOf(scopes);
        parameters = List.copyOf(parameters);
    }

    /** A parameter of the provider's sign-in page. */
    public record Parameter(String name, String value) {}

    public boolean isOn() {
        return issuer.isPresent();
    }

    public static OidcSettings read(Section section) {
        String issuer = section.concealed(
                "issuer",
                "an https address such as https://id.example.org/realms/acme (http only on this machine)",
                OidcSettings::isSafe);
        return new OidcSettings(
                Optional.of(issuer).filter(text -> !text.isEmpty()),
                section.anyText("clientId", "").strip(),
                section.secret("clientSecret"),
                section.anyText("name", "").strip(),
                section.list(
                        "scopes",
                        List.of("openid", "profile", "email"),
                        "a scope without spaces",
                        text -> SCOPE.matcher(text).matches()),
                section
                        .list(
                                "parameters",
                                "a name, =, and a value, of a parameter that sign-in does not set itself",
                                OidcSettings::isParameter)
                        .stream()
                        .map(OidcSettings::parameter)
                        .toList(),
                section.integer("attemptMs", 600_000, 1_000, 3_600_000),
                section.integer("attemptsMax", 5, 1, 20),
                section.integer("timeoutMs", 5_000, 100, 60_000),
                section.integer("atOnceMax", 100, 1, 10_000),
                section.integer("keepMs", 3_600_000, 1_000, 86_400_000),
                section.integer("retryMs", 10_000, 100, 3_600_000),
                section.integer("refreshMs", 60_000, 0, 3_600_000),
                section.integer("sessionHours", 720, 1, 8_760),
                section.integer("perUserMax", 20, 1, 1_000));
    }

    /** Whether nobody else can read data that is sent to this address. */
    public static boolean isSafe(String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() == null || url.getUserInfo() != null || url.getFragment() != null) return false;
            return "https".equals(url.getScheme())
                    || "http".equals(url.getScheme())
                            && LOOPBACK.matcher(url.getHost()).matches();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isParameter(String text) {
        return PARAMETER.matcher(text).matches()
                && !OWN_PARAMETERS.contains(parameter(text).name());
    }

    private static Parameter parameter(String text) {
        int end = text.indexOf('=');
        return new Parameter(text.substring(0, end), text.substring(end + 1));
    }

    /** Reports missing and contradictory settings. */
    void check(Section section, AuthSettings.Mode mode, ServerSettings server) {
        if (!isOn()) return;
        String given = issuer.get();
        if (mode == AuthSettings.Mode.DEV) section.problem("issuer", given, "needs auth.mode jwt");
        if (server.publicUrl().isEmpty()) section.problem("issuer", given, "needs server.publicUrl");
        if (clientId.isEmpty()) section.problem("clientId", "", "must be set when auth.oidc.issuer is");
        if (URI.create(given).getQuery() != null) section.problem("issuer", given, "must have no query");
        if (!scopes.contains("openid")) {
            section.problem("scopes", String.join(" ", scopes), "must contain openid");
        }
    }

    void checkSecret(Section section, Map<String, String> environment) {
        if (clientSecret.isEmpty() || clientSecret.get().resolve(environment).isPresent()) return;
        section.problem("clientSecret", clientSecret.get().toString(), "names a secret that is missing or empty");
    }
}
