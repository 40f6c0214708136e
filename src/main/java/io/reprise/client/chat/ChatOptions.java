package io.reprise.client.chat;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What was given on the command line.
 *
 * @param url of the server, http: or https:
 * @param session to go on with; null for a new one
 * @param agent of a new session; null for the default
 * @param token null for one of the development mode
 */
record ChatOptions(String url, String session, String agent, String token) {
    private static final Set<String> NAMES = Set.of("--url", "--session", "--agent", "--token");
    private static final String URL = "http://127.0.0.1:8080";

    /** @throws IllegalArgumentException with a text for people */
    static ChatOptions read(String[] words, Map<String, String> environment) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            if (!NAMES.contains(words[i])) throw new IllegalArgumentException("unknown option " + words[i]);
            if (i + 1 == words.length) throw new IllegalArgumentException(words[i] + " needs a value");
            given.put(words[i], words[i + 1]);
        }
        String url = given.getOrDefault("--url", URL).replaceAll("/+$", "");
        if (!url.matches("https?://[^/]+"))
            throw new IllegalArgumentException("--url must be an address such as " + URL + ", not " + url);
        String token = given.getOrDefault("--token", environment.get("REPRISE_TOKEN"));
        return new ChatOptions(url, given.get("--session"), given.get("--agent"), blankToNull(token));
    }

    String socketUrl() {
        return url.replaceFirst("^http", "ws") + "/ws";
    }

    boolean isLoopback() {
        String host = URI.create(url).getHost();
        return host != null && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
