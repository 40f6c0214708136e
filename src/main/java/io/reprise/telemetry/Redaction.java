package io.reprise.telemetry;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Removes secrets from log lines, recognised by their name or their form. */
final class Redaction {
    static final String BLANK = "***";

    private static final Set<String> SECRET_KEYS = Set.of("authorization", "cookie", "password", "secret", "token");
    private static final Pattern URL_PASSWORD = Pattern.compile("(://[^:/@\\s]*:)[^@/\\s]+@");
    private static final Pattern BEARER = Pattern.compile("(?i)(bearer\\s+)[A-Za-z0-9._~+/=-]+");

    private Redaction() {}

    static boolean isSecret(String key) {
        return SECRET_KEYS.contains(key.toLowerCase(Locale.ROOT));
    }

    static String of(String text) {
        String withoutPasswords =
                text.contains("://") ? URL_PASSWORD.matcher(text).replaceAll("$1***@") : text;
        return BEARER.matcher(withoutPasswords).replaceAll("$1***");
    }
}
