package io.reprise.client;

import java.net.URI;
import java.util.function.BooleanSupplier;

/**
 * Options of a client; the defaults are those of the JavaScript client. Milliseconds and bytes, as the names say. A client copies
 * its options when it is made.
 */
public final class ClientOptions {
    final URI url;
    Token.Source token = Token.from(() -> null);
    String name = "reprise-client-java";
    String zone;
    BooleanSupplier watched = () -> false;
    Backoff backoff = new Backoff(500, 30_000, 5_000, 5_000);
    Waits waits = new Waits(15_000, 5_000, 30_000, 15_000);
    Answers answers = new Answers(15_000, 300_000, 100);
    Sizes sizes = new Sizes(1_048_576, 16_777_216, 100_000);
    long tokenRenewMs = 60_000;

    /**
     * Waits between attempts to connect: random, up to a limit that doubles with each attempt.
     *
     * @param minMs the first limit
     * @param maxMs the greatest
     * @param watchedMaxMs the greatest while somebody waits and the server said goodbye or is not reached
     * @param stableMs after a connection of this length the limits start again
     */
    public record Backoff(long minMs, long maxMs, long watchedMaxMs, long stableMs) {
        public Backoff {
            requirePositive(minMs, maxMs, watchedMaxMs, stableMs);
        }
    }

    /**
     * @param connectMs from asking for a token to the welcome
     * @param livenessMarginMs added to two heartbeats of the server: after this silence the connection is regarded as lost
     * @param goawayGraceMs a server that said goodbye and does not close is left after this time
     * @param attachMs longest silence of a session that is not live yet
     */
    public record Waits(long connectMs, long livenessMarginMs, long goawayGraceMs, long attachMs) {
        public Waits {
            requirePositive(connectMs, livenessMarginMs, goawayGraceMs, attachMs);
        }
    }

    /**
     * @param againMs a command without an answer is sent again after this time, with the same id
     * @param ageMs then its future fails with {@code timeout}; the server knows ids for 24 h
     * @param max most commands without an answer; more fail with {@code too_many_requests}
     */
    public record Answers(long againMs, long ageMs, int max) {
        public Answers {
            requirePositive(againMs, ageMs, max);
        }
    }

    /**
     * @param frameBytesMax of a sent frame; a larger one fails with {@code too_large}, because the server would close for good
     * @param receivedBytesMax of a received frame
     * @param snapshotMessagesMax of all pages of a snapshot; a session with more fails
     */
    public record Sizes(int frameBytesMax, int receivedBytesMax, int snapshotMessagesMax) {
        public Sizes {
            requirePositive(frameBytesMax, receivedBytesMax, snapshotMessagesMax);
        }
    }

    /** @param url ws: or wss:, such as {@code ws://127.0.0.1:8080/ws} */
    public ClientOptions(String url) {
        URI parsed = URI.create(url);
        boolean known = "ws".equals(parsed.getScheme()) || "wss".equals(parsed.getScheme());
        if (!known || parsed.getHost() == null)
            throw new IllegalArgumentException("expected ws://HOST/ws or wss://HOST/ws: " + url);
        this.url = parsed;
    }

    ClientOptions(ClientOptions other) {
        url = other.url;
        token = other.token;
        name = other.name;
        zone = other.zone;
        watched = other.watched;
        backoff = other.backoff;
        waits = other.waits;
        answers = other.answers;
        sizes = other.sizes;
        tokenRenewMs = other.tokenRenewMs;
    }

    public ClientOptions token(Token.Source its) {
        token = its;
        return this;
    }

    /** Name of the program, for the server's log. */
    public ClientOptions name(String its) {
        name = its;
        return this;
    }

    /** IANA name of the user's time zone, in which agents understand times. */
    public ClientOptions zone(String its) {
        zone = its;
        return this;
    }

    /** Whether somebody waits for the connection at the moment; by default nobody. */
    public ClientOptions watched(BooleanSupplier its) {
        watched = its;
        return this;
    }

    public ClientOptions backoff(Backoff its) {
        backoff = its;
        return this;
    }

    public ClientOptions waits(Waits its) {
        waits = its;
        return this;
    }

    public ClientOptions answers(Answers its) {
        answers = its;
        return this;
    }

    public ClientOptions sizes(Sizes its) {
        sizes = its;
        return this;
    }

    /** A token with a known expiry is renewed this long before it. */
    public ClientOptions tokenRenewMs(long its) {
        requirePositive(its);
        tokenRenewMs = its;
        return this;
    }

    private static void requirePositive(long... values) {
        for (long value : values) if (value <= 0) throw new IllegalArgumentException("must be positive: " + value);
    }
}
