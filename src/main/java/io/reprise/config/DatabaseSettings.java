package io.reprise.config;

import java.net.URI;

/**
 * The PostgreSQL that holds everything.
 *
 * @param url with its password: never log it, log {@link #redactedUrl()}; empty for the private PostgreSQL
 */
public record DatabaseSettings(String url, int poolSize, int timeoutMs, int port) {
    static DatabaseSettings read(Section section) {
        return new DatabaseSettings(
                section.concealed(
                        "url",
                        "postgresql://user:password@host:port/database (other signs percent-encoded), or empty",
                        DatabaseSettings::isUrl),
                section.integer("poolSize", 8, 1, 200),
                section.integer("timeoutMs", 5_000, 100, 60_000),
                section.integer("port", 0, 0, 65_535));
    }

    /** Whether the server starts a PostgreSQL of its own, below {@code data.dir}. */
    public boolean isPrivate() {
        return url.isEmpty();
    }

    /** The address without the password, and without parameters, which may hold another. */
    public String redactedUrl() {
        if (isPrivate()) {
            return "";
        }
        URI uri = URI.create(url);
        String user = uri.getRawUserInfo().split(":", 2)[0];
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + user + ":***@" + uri.getHost() + port + uri.getRawPath();
    }

    @Override
    public String toString() {
        return "DatabaseSettings[url=" + redactedUrl() + ", poolSize=" + poolSize + ", timeoutMs=" + timeoutMs
                + ", port=" + port + "]";
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return ("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() != null
                    && !uri.getRawUserInfo().startsWith(":")
                    && uri.getRawPath().matches("/[^/]+");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
