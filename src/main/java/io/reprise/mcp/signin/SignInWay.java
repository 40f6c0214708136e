package io.reprise.mcp.signin;

import io.reprise.account.McpSignInStore.Key;
import io.reprise.catalog.definition.McpAuth;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.mcp.signin.Discovery.Found;
import io.reprise.mcp.signin.McpSignIns.Begin;
import io.reprise.mcp.signin.McpSignIns.Return;
import io.reprise.mcp.signin.SealedSignIns.Kept;
import io.reprise.mcp.signin.SealedSignIns.Taken;
import io.reprise.support.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The way of a person to an authorization server and back, with PKCE. Blocks. */
final class SignInWay {
    private static final int CODE_CHARS_MAX = 4_096;

    private final SealedSignIns stored;
    private final Discovery discovery;
    private final TokenRequests requests;
    private final Clients clients;

    SignInWay(SealedSignIns stored, Discovery discovery, TokenRequests requests, Clients clients) {
        this.stored = stored;
        this.discovery = discovery;
        this.requests = requests;
        this.clients = clients;
    }

    /**
     * Begins a sign-in.
     *
     * @param more scopes beside the usual ones, which are wanted for something that was refused; empty for none
     * @param redirect where the person comes back to
     * @param lifeMs how long the person may take
     */
    Begin begin(Key key, McpServerDefinition to, String more, String redirect, Waiting where, int lifeMs)
            throws Exception {
        Found found = discovery.of(to.url());
        Tokens before = stored.tokens(key).map(Kept::tokens).orElse(null);
        String scope = wanted(to.auth(), found, more, before);
        Client client = clients.at(found.authority(), to.auth(), before, redirect, scope);
        AuthServer authority = found.authority();
        String state = SignInSecrets.random();
        String binding = SignInSecrets.random();
        String verifier = SignInSecrets.random();
        Attempt attempt = new Attempt(
                Digest.of(binding),
                verifier,
                to.url(),
                found.resource(),
                scope,
                authority.issuer(),
                authority.token(),
                authority.revoke(),
                authority.namesItself(),
                redirect,
                client,
                where);
        stored.begin(key, state, attempt, lifeMs);
        return new Begin(address(authority, attempt, state), McpSignIns.cookie(state), binding, lifeMs);
    }

    /** What the operator names or the server wants, and if it wants more, that and what was allowed before. */
    private static String wanted(McpAuth auth, Found found, String more, Tokens before) {
        String all = auth.scopes().isEmpty() ? found.scope() : Scopes.joined(auth.scopes());
        boolean same =
                before != null && before.issuer().equals(found.authority().issuer());
        if (!more.isEmpty()) all = Scopes.both(all, same ? Scopes.both(before.scope(), more) : more);
        boolean offline = Scopes.contains(found.authority().scopes(), "offline_access");
        return offline ? Scopes.both(all, "offline_access") : all;
    }

    private static String address(AuthServer authority, Attempt attempt, String state) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", attempt.client().id());
        query.put("redirect_uri", attempt.redirect());
        query.put("state", state);
        query.put("code_challenge", SignInSecrets.challenge(attempt.verifier()));
        query.put("code_challenge_method", "S256");
        query.put("resource", attempt.resource());
        if (!attempt.scope().isEmpty()) query.put("scope", attempt.scope());
        if (Scopes.contains(attempt.scope(), "offline_access")) query.put("prompt", "consent");
        String address = authority.authorize();
        return address + (address.contains("?") ? "&" : "?") + AuthHttp.encoded(query);
    }

    /** The sign-in of which a person comes back, once, and only in the browser that began it. */
    Taken back(Return given, String binding) throws Exception {
        if (given.state() == null || binding == null) throw unknown();
        Taken taken = stored.take(given.state()).orElseThrow(SignInWay::unknown);
        if (!SignInSecrets.isSame(taken.attempt().binding(), Digest.of(binding))) throw unknown();
        judge(taken.attempt(), given);
        return taken;
    }

    /** Gets the tokens, and keeps them. */
    void end(Taken taken, String code) throws Exception {
        stored.keep(taken.key(), requests.exchange(taken.attempt(), code));
    }

    private static SignInFailure unknown() {
        return SignInFailure.suspect(
                "This sign-in is not known in this browser, was used before, or took too long; begin again.");
    }

    /** RFC 9207: an answer of another authorization server is refused, whatever it says. */
    private static void judge(Attempt attempt, Return given) throws SignInFailure {
        boolean named = given.issuer() != null;
        if (named ? !given.issuer().equals(attempt.issuer()) : attempt.namesItself()) {
            throw SignInFailure.suspect("The answer is not of the authorization server that was asked.");
        }
        if (given.error() != null) {
            throw SignInFailure.of(
                    given.error().equals("access_denied")
                            ? "The sign-in was not allowed."
                            : "The authorization server reports an error.");
        }
        boolean usable = Optional.ofNullable(given.code())
                .filter(code -> !code.isEmpty() && code.length() <= CODE_CHARS_MAX)
                .isPresent();
        if (!usable) throw SignInFailure.of("The authorization server sent no code.");
    }
}
