package io.reprise.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The PostgreSQL that holds everything.
 *
 * @param url with its password: never log it, log {@link #redactedUrl()}; empty for the private PostgreSQL
 */
public record DatabaseSettings(String url, int poolSize, int readPoolSize, int waitingMax, int timeoutMs, int port) {
    /** A pattern and not {@code java.net.URI}, which knows no host with an underscore, as Docker makes them. */
    private static final Pattern URL = Pattern.compile("(?<scheme>postgres(?:ql)?)://"
            + "(?<user>[^:@/?#\\s]+)(?::[^@/?#\\s]*)?@"
            + "(?<host>\\[[0-9a-fA-F:.]+]|[^:@/?#,\\s\\[\\]]+)(?<port>:\\d{1,5})?"
            + "/(?<database>[^/?#\\s]+)(?:\\?[^#\\s]*)?");

    static DatabaseSettings read(Section section) {
        DatabaseSettings database = new DatabaseSettings(
                section.concealed(
                        "url",
                        "postgresql://user:password@host:port/database (other signs percent-encoded), or empty",
                        text -> URL.matcher(text).matches()),
                section.integer("poolSize", 8, 1, 200),
                section.integer("readPoolSize", 0, 0, 100),
                section.integer("waitingMax", 10_000, 1, 1_000_000),
                section.integer("timeoutMs", 5_000, 100, 60_000),
                section.integer("port", 0, 0, 65_535));
        if (database.readPoolSize > Math.max(1, database.poolSize / 2)) {
            String most = "must be at most half of database.poolSize (" + database.poolSize + ")";
            section.problem("readPoolSize", String.valueOf(database.readPoolSize), most);
        }
        return database;
    }

    /** Connections for those who only look: at most half as many as there are for writing, but one at least. */
    public int readers() {
        return readPoolSize > 0 ? readPoolSize : Math.max(1, poolSize / 2);
    }

    /** Whether the server starts a PostgreSQL of its own, below {@code data.dir}. */
    public boolean isPrivate() {
        return url.isEmpty();
    }

    /** The address without the password, and without parameters, which may hold another. */
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
                + ", port=" + port + "]";
    }
}
