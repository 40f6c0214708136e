package io.reprise.client;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * What signs a user in.
 *
 * @param text null where the connection signs in by other means
 * @param expiresAtMs milliseconds since the epoch, or 0 if it is not known; the token is renewed before
 */
public record Token(String text, long expiresAtMs) {
    /** Asked at each connect, and before a token expires, on the client's context; must not block. */
    @FunctionalInterface
    public interface Source {
        /**
         * A failure with a {@link CommandException} that is not retryable ends the client; after any other it tries again.
         *
         * @param renew the server refused the last token, or it expires soon
         */
        Future<Token> get(boolean renew);
    }

    public static Token of(String text) {
        return new Token(text, 0);
    }

    /** A source for a token that is at hand. */
    public static Source from(Supplier<String> text) {
        return renew -> Future.succeededFuture(of(text.get()));
    }
}
