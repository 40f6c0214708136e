package io.reprise.gateway.socket;

import io.reprise.gateway.access.Authenticator.Authentication;
import io.reprise.gateway.access.Credentials;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Consumer;

/** Whose socket it is: signs the client in by its {@code hello}, replaces its token, and renews its identity. */
final class SocketIdentity {
    private static final int VERSION = 1;
    private static final Failure ANOTHER_USER =
            Failure.of(ErrorCode.FORBIDDEN, "The token belongs to a different user.");

    private final SocketParts parts;
    private final Credentials upgrade;
    private final ServerWebSocket webSocket;
    private final Owner owner;
    private final Renewal renewal;
    private Identity identity;
    private String zone;

    /** The socket. */
    interface Owner {
        boolean isClosed();

        /** Whether the user may have one more socket; counts it. Otherwise the owner closes the socket. */
        boolean admits(Identity known);

        /** The identity is set, or has changed. */
        void identified(Identity known);

        /** @param id of the {@code hello} */
        void welcome(String id);

        void answer(String text);

        void fail(String id, Failure failure);

        void close(CloseCode code);
    }

    /** @param upgrade the credentials of the upgrade request; those of a {@code hello} or token replace them */
    SocketIdentity(SocketParts parts, Credentials upgrade, ServerWebSocket webSocket, Owner owner) {
        this.parts = parts;
        this.upgrade = upgrade;
        this.webSocket = webSocket;
        this.owner = owner;
        this.renewal = new Renewal(parts);
    }

    /** Whether the client has signed in. */
    boolean isKnown() {
        return identity != null;
    }

    /** The user; empty before the client has signed in. */
    String user() {
        return identity == null ? "" : identity.user();
    }

    Identity get() {
        return identity;
    }

    /** The zone that the client named, or null. */
    String zone() {
        return zone;
    }

    /** The close code that its state requires, or null. */
    CloseCode end() {
        return parts.authenticator().endOf(identity);
    }

    void hello(ClientFrame.Hello hello) {
        if (hello.version() != VERSION) {
            owner.close(CloseCode.BAD_VERSION);
            return;
        }
        zone = hello.zone();
        Credentials credentials = upgrade.orToken(hello.token());
        authenticate(credentials, authentication -> {
            switch (authentication) {
                case Authentication.Known known -> {
                    if (!owner.admits(known.identity())) return;
                    identified(known.identity(), credentials);
                    owner.welcome(hello.id());
                }
                case Authentication.Refused refused -> turnAway(hello.id(), refused);
            }
        });
    }

    private void turnAway(String id, Authentication.Refused refused) {
        if (refused.failure().code().retryable()) owner.fail(id, refused.failure());
        owner.close(
                switch (refused.code()) {
                    case TOKEN_EXPIRED -> CloseCode.TOKEN_EXPIRED;
                    case TOO_MANY_REQUESTS -> CloseCode.TOO_MANY_REQUESTS;
                    case UNAVAILABLE, INTERNAL -> CloseCode.INTERNAL;
                    default -> CloseCode.BAD_TOKEN;
                });
    }

    void replaceToken(ClientFrame.Token token) {
        Credentials credentials = upgrade.orToken(token.token());
        authenticate(credentials, authentication -> {
            switch (authentication) {
                case Authentication.Refused refused -> owner.fail(token.id(), refused.failure());
                case Authentication.Known known -> {
                    if (!known.identity().user().equals(identity.user())) {
                        owner.fail(token.id(), ANOTHER_USER);
                        return;
                    }
                    identified(known.identity(), credentials);
                    owner.answer(ServerFrames.tokenResult(token.id(), identity.expiresAtMs()));
                }
            }
        });
    }

    /** Renews the identity if it is due. Call this regularly. */
    void tick() {
        if (identity != null) renewal.tick(this::renewed);
    }

    /** A refresh that cannot be had now is tried again until the identity ends. */
    private void renewed(Authentication authentication) {
        if (owner.isClosed()) return;
        switch (authentication) {
            case Authentication.Known known
            when !known.identity().user().equals(identity.user()) -> owner.close(CloseCode.BAD_TOKEN);
            case Authentication.Known known
            when known.identity().expiresAtMs() > identity.expiresAtMs() -> identified(known.identity(), upgrade);
            case Authentication.Known same -> {}
            case Authentication.Refused refused when refused.failure().code().retryable() -> {}
            case Authentication.Refused over -> owner.close(CloseCode.TOKEN_EXPIRED);
        }
    }

    private void identified(Identity known, Credentials credentials) {
        identity = known;
        owner.identified(known);
        renewal.begin(credentials, known);
    }

    /** Pauses the socket during the authentication, so that frames sent after a token are handled with it. */
    private void authenticate(Credentials credentials, Consumer<Authentication> then) {
        webSocket.pause();
        parts.authenticator().authenticate(credentials).onSuccess(authentication -> {
            if (!owner.isClosed()) then.accept(authentication);
            webSocket.resume();
        });
    }
}
