package io.reprise.config.storage;

import io.reprise.config.read.Section;
import java.util.regex.Pattern;

/**
 * Settings of the optional Redis.
 *
 * @param url with its password: never log it; empty if Redis is not used
 * @param waitingMax most requests that may wait for a connection
 */
public record RedisSettings(String url, int poolSize, int waitingMax) {
    private static final Pattern URL = Pattern.compile("rediss?://(?:[^:@/?#\\s]*(?::[^@/?#\\s]*)?@)?"
            + "(?:\\[[0-9a-fA-F:.]+]|[^:@/?#,\\s\\[\\]]+)(?::\\d{1,5})?");

    public static RedisSettings read(Section section) {
        return new RedisSettings(
                section.concealed(
                        "url",
                        "redis://user:password@host:port (or rediss:, for TLS; no database), or empty",
                        text -> URL.matcher(text).matches()),
                section.integer("poolSize", 8, 1, 200),
                section.integer("waitingMax", 1_000, 1, 100_000));
    }

    @Override
    public String toString() {
        return "RedisSettings[url=" + (url.isEmpty() ? "" : "***") + ", poolSize=" + poolSize + ", waitingMax="
                + waitingMax + "]";
    }
}
