package io.reprise.gateway.access.oidc;

import io.reprise.account.SignInStore;
import io.reprise.config.Settings;
import io.reprise.config.access.AuthSettings;
import io.reprise.config.access.OidcSettings;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.access.Renewals;
import io.reprise.gateway.access.SessionCookie;
import io.reprise.gateway.access.oidc.Arrivals.Arrival;
import io.reprise.gateway.access.token.IdentityProviderHttp;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.access.token.TokenVerdict;
import io.reprise.message.Rights;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sign-in at one provider: the redirect to it, its callback, and the stored sign-in. For one event loop. */
public final class Oidc implements Renewals {
    private static final Logger log = LoggerFactory.getLogger(Oidc.class);
    private static final String BASE = "/api/v1/oidc/";
    private static final String HANDLE = "reprise_signed_in";

    private final OidcSettings settings;
    private final PageAddress page;
    private final CookieKind cookies;
    private final OwnTokens tokens;
    private final WallClock time;
    private final Attempts attempts;
    private final Discovery discovery;
    private final Arrivals arrivals;
    private final SignIns signIns;
    private final Goodbyes goodbyes;

    /**
     * Parts of the server that this class uses.
     *
     * @param clientSecret null for a public client
     * @param cookieSecret the same on all nodes
     */
    public record Parts(
            Vertx vertx,
            Settings settings,
            String clientSecret,
            byte[] cookieSecret,
            SignInStore store,
            Rights rights,
            WallClock time,
            MonotonicClock clock) {}

    /** @param parts with settings in which OpenID Connect is on */
    public Oidc(Parts parts) {
        AuthSettings auth = parts.settings().auth();
        this.settings = auth.oidc();
        this.page = new PageAddress(
                parts.settings().server().publicUrl().orElseThrow().toString());
        this.cookies = CookieKind.of(auth.cookieSecure(), page.origin());
        this.tokens = new OwnTokens(parts.cookieSecret(), parts.time());
        this.time = parts.time();
        IdentityProviderHttp http = new IdentityProviderHttp(parts.vertx(), settings.timeoutMs(), settings.atOnceMax());
        TokenEndpoint endpoint = new TokenEndpoint(http, settings.clientId(), parts.clientSecret());
        this.attempts = new Attempts(settings, parts.cookieSecret(), cookies, time);
        this.discovery = new Discovery(parts.vertx(), auth, http, time, parts.clock());
        this.arrivals = new Arrivals(settings.issuer().orElseThrow(), callback(), discovery, endpoint, parts.rights());
        this.signIns = new SignIns(parts.vertx(), settings, parts.store(), discovery, endpoint, time, parts.clock());
        this.goodbyes = new Goodbyes(parts.cookieSecret(), cookies);
    }

    private String callback() {
        return page.origin() + BASE + "callback";
    }

    /** The display name of the provider; may be empty. */
    public String name() {
        return settings.name();
    }

    /** The address at which sign-in starts. */
    public String url() {
        return page.origin() + BASE + "login";
    }

    // --- the way there

    /** The address of the sign-in page of the provider, or of our page with an error code. Never fails. */
    public Future<String> begin(HttpServerRequest request, String returnTo) {
        return discovery
                .provider()
                .map(provider -> toProvider(provider.document(), attempts.begin(request, returnTo)))
                .otherwise(cause -> page.refused(SignInError.PROVIDER_UNAVAILABLE, returnTo));
    }

    private String toProvider(ProviderDocument document, Attempt attempt) {
        Map<String, String> query = new LinkedHashMap<>();
        settings.parameters().forEach(parameter -> query.put(parameter.name(), parameter.value()));
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", callback());
        query.put("scope", String.join(" ", settings.scopes()));
        query.put("state", attempt.state());
        query.put("nonce", attempt.nonce());
        query.put("code_challenge", attempt.challenge());
        query.put("code_challenge_method", "S256");
        return PageAddress.with(document.authorization(), query);
    }

    // --- the way back

    /**
     * The parameters of a callback; each may be null.
     *
     * @param issuer RFC 9207
     */
    public record Return(String state, String code, String error, String issuer) {}

    /**
     * The address to which the browser is redirected.
     *
     * @param suspect whether it counts as a failed sign-in
     */
    public record Onward(String address, boolean suspect) {}

    /** The address of our page after a failed sign-in. */
    public Onward refused(SignInError error) {
        return new Onward(page.refused(error, Attempt.HOME), error.counts());
    }

    /** Handles a callback; after a success the answer sets the cookies. Never fails. */
    public Future<Onward> finish(HttpServerRequest request, Return given) {
        Optional<Attempt> begun = attempts.take(request, given.state());
        if (begun.isEmpty()) return Future.succeededFuture(refused(SignInError.EXPIRED));
        Attempt attempt = begun.get();
        return arrivals.judge(attempt, given).compose(arrival -> switch (arrival) {
            case Arrival.Out out -> Future.succeededFuture(refused(out.error(), attempt));
            case Arrival.In in -> welcome(request, in.who(), attempt);
        });
    }

    private Onward refused(SignInError error, Attempt attempt) {
        return new Onward(page.refused(error, attempt.returnTo()), error.counts());
    }

    private Future<Onward> welcome(HttpServerRequest request, SignedIn who, Attempt attempt) {
        return end(request)
                .compose(before -> signIns.add(who))
                .map(handle -> {
                    long seconds = Duration.ofHours(settings.sessionHours()).toSeconds();
                    request.response().addCookie(cookies.make(HANDLE, handle.text(), seconds, CookieSameSite.STRICT));
                    keep(request, new Identity(who.user(), who.roles(), who.expiresAtMs()));
                    log.atInfo().addKeyValue("user", who.user()).log("signed in at the identity provider");
                    return new Onward(page.of(attempt.returnTo()), false);
                })
                .otherwise(cause -> {
                    log.atWarn().addKeyValue("cause", String.valueOf(cause)).log("a sign-in could not be stored");
                    return refused(SignInError.UNAVAILABLE, attempt);
                });
    }

    // --- what is kept

    @Override
    public String handleOf(HttpServerRequest request) {
        Cookie cookie = request.getCookie(cookies.name(HANDLE));
        return cookie == null ? null : cookie.getValue();
    }

    @Override
    public String signInOf(HttpServerRequest request) {
        return handle(request).map(Handle::id).orElse(null);
    }

    @Override
    public Future<TokenVerdict> current(String handle, long laterThanMs) {
        return Handle.read(handle)
                .map(read -> signIns.current(read, laterThanMs))
                .orElseGet(() -> Future.succeededFuture(new TokenVerdict.Bad("malformed sign-in cookie")));
    }

    @Override
    public void keep(HttpServerRequest request, Identity identity) {
        long seconds = Math.max(1, (identity.expiresAtMs() - time.nowMs()) / 1_000);
        String token = tokens.issue(identity.user(), identity.roles(), identity.expiresAtMs());
        request.response().addCookie(SessionCookie.holding(token, seconds, cookies.secure()));
    }

    @Override
    public void forget(HttpServerRequest request) {
        request.response().addCookie(cookies.make(HANDLE, "", 0, CookieSameSite.STRICT));
    }

    /** The display name of the user of this browser, or null. Never fails. */
    public Future<String> displayName(HttpServerRequest request) {
        return handle(request).map(signIns::name).orElseGet(() -> Future.succeededFuture(null));
    }

    // --- the end

    /**
     * Ends this browser's sign-in, if there is one.
     *
     * @return whether to redirect the person to {@link #goodbye}, because the provider has a session, too; never fails
     */
    public Future<Boolean> signOut(HttpServerRequest request) {
        return end(request)
                .compose(
                        ended -> ended.isEmpty() ? Future.succeededFuture(false) : leavesProvider(request, ended.get()))
                .otherwise(cause -> {
                    // The browser deletes its key now, so the stored content cannot be decrypted any more.
                    log.atWarn().addKeyValue("cause", String.valueOf(cause)).log("a sign-in could not be removed");
                    return false;
                });
    }

    private Future<Boolean> leavesProvider(HttpServerRequest request, SignedIn ended) {
        return discovery.provider().map(provider -> {
            if (provider.document().endSession() == null) return false;
            if (ended.idToken() != null) goodbyes.keep(request, ended.idToken());
            return true;
        });
    }

    /** The address for signing out of the provider, relative to this server. */
    public static String goodbyePath() {
        return BASE + "logout";
    }

    /** The address for signing out at the provider, or our page if there is none or it does not answer. Never fails. */
    public Future<String> goodbye(HttpServerRequest request) {
        Optional<String> idToken = goodbyes.take(request);
        String home = page.of(Attempt.HOME);
        return discovery
                .provider()
                .map(provider -> {
                    if (provider.document().endSession() == null) return home;
                    Map<String, String> query = new LinkedHashMap<>();
                    idToken.ifPresent(token -> query.put("id_token_hint", token));
                    query.put("client_id", settings.clientId());
                    query.put("post_logout_redirect_uri", home);
                    return PageAddress.with(provider.document().endSession(), query);
                })
                .otherwise(home);
    }

    private Future<Optional<SignedIn>> end(HttpServerRequest request) {
        Optional<Handle> handle = handle(request);
        if (handleOf(request) != null) forget(request);
        return handle.map(signIns::end).orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Optional<Handle> handle(HttpServerRequest request) {
        return Optional.ofNullable(handleOf(request)).flatMap(Handle::read);
    }
}
