package io.reprise.config.storage;

import io.reprise.config.read.Section;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of the PostgreSQL database.
 *
 * @param url with its password: never log it, log {@link #redactedUrl()}; empty for the private PostgreSQL
 * @param checkMs pause between two checks of the database lock, which also tell whether the database answers
 * @param checkTimeoutMs longest wait for the answer to a check
 * @param lockWaitMs how long a start waits for the lock of a server that has ended
 * @param idleTransactionMs after this time without a statement the database ends a transaction; only a process that was
 *     paused or a host that failed leaves one open, and its locks would stop the node that goes on
 * @param lockDeadMs time after which the database notices that the host of the lock's holder has failed
 * @param restartsMax consecutive restarts of a private PostgreSQL that has ended; then this process ends
 * @param restartMs first pause between two restarts
 * @param restartMaxMs longest pause between two restarts
 * @param orphanMs how long a private PostgreSQL outlives a server that was killed
 */
public record DatabaseSettings(
        String url,
        int poolSize,
        int readPoolSize,
        int waitingMax,
        int timeoutMs,
        int idleTransactionMs,
        int port,
        int checkMs,
        int checkTimeoutMs,
        int lockWaitMs,
        int lockDeadMs,
        int restartsMax,
        int restartMs,
        int restartMaxMs,
        int orphanMs) {
    /** A pattern is used because {@code java.net.URI} rejects host names with an underscore, which Docker uses. */
    private static final Pattern URL = Pattern.compile("(?<scheme>postgres(?:ql)?)://"
            + "(?<user>[^:@/?#\\s]+)(?::[^@/?#\\s]*)?@"
            + "(?<host>\\[[0-9a-fA-F:.]+]|[^:@/?#,\\s\\[\\]]+)(?<port>:\\d{1,5})?"
            + "/(?<database>[^/?#\\s]+)(?:\\?[^#\\s]*)?");

    public static DatabaseSettings read(Section section) {
        DatabaseSettings database = new DatabaseSettings(
                section.concealed(
                        "url",
                        "postgresql://user:password@host:port/database (other signs percent-encoded), or empty",
                        text -> URL.matcher(text).matches()),
                section.integer("poolSize", 8, 1, 200),
                section.integer("readPoolSize", 0, 0, 100),
                section.integer("waitingMax", 10_000, 1, 1_000_000),
                section.integer("timeoutMs", 5_000, 100, 60_000),
                section.integer("idleTransactionMs", 5_000, 100, 600_000),
                section.integer("port", 0, 0, 65_535),
                section.integer("checkMs", 2_000, 50, 60_000),
                section.integer("checkTimeoutMs", 3_000, 100, 60_000),
                section.integer("lockWaitMs", 15_000, 0, 600_000),
                section.integer("lockDeadMs", 10_000, 5_000, 600_000),
                section.integer("restartsMax", 20, 1, 1_000),
                section.integer("restartMs", 500, 10, 60_000),
                section.integer("restartMaxMs", 30_000, 10, 600_000),
                section.integer("orphanMs", 10_000, 0, 600_000));
        section.atLeast("restartMaxMs", database.restartMaxMs, "database.restartMs", database.restartMs);
        if (database.readPoolSize > Math.max(1, database.poolSize / 2)) {
            String most = "must be at most half of database.poolSize (" + database.poolSize + ")";
            section.problem("readPoolSize", String.valueOf(database.readPoolSize), most);
        }
        return database;
    }

    /** Number of connections for reads: at most half as many as for writes, but at least one. */
    public int readers() {
        return readPoolSize > 0 ? readPoolSize : Math.max(1, poolSize / 2);
    }

    /** Whether the server starts a private PostgreSQL below {@code data.dir}. */
    public boolean isPrivate() {
        return url.isEmpty();
    }

    /** The URL without the password and without parameters, which may contain another password. */
    public String redactedUrl() {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            return "";
        }
        String port = parts.group("port") == null ? "" : parts.group("port");
        return parts.group("scheme") + "://" + parts.group("user") + ":***@" + parts.group("host") + port + "/"
                + parts.group("database");
    }

    @Override
    public String toString() {
        return "DatabaseSettings[url=" + redactedUrl() + ", poolSize=" + poolSize + ", readPoolSize=" + readPoolSize
                + ", waitingMax=" + waitingMax + ", timeoutMs=" + timeoutMs
                + ", idleTransactionMs=" + idleTransactionMs + ", port=" + port + ", checkMs=" + checkMs
                + ", checkTimeoutMs=" + checkTimeoutMs + ", lockWaitMs="
                + lockWaitMs + ", lockDeadMs=" + lockDeadMs + ", restartsMax=" + restartsMax + ", restartMs="
                + restartMs + ", restartMaxMs=" + restartMaxMs + ", orphanMs=" + orphanMs + "]";
    }
}
