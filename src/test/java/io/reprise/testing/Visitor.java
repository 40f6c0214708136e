package io.reprise.testing;

import io.reprise.gateway.rest.ContractCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A browser without a page: stores cookies of the server, and follows redirects, one step at a time. */
public final class Visitor {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String server;
    private final Map<String, String> cookies = new ConcurrentHashMap<>();
    private final List<String> setCookies = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();

    public Visitor(String server) {
        this.server = server;
    }

    /** Its cookies, which a test may change. */
    public Map<String, String> cookies() {
        return cookies;
    }

    /** All cookies that were set, unchanged. */
    public synchronized List<String> setCookies() {
        return List.copyOf(setCookies);
    }

    /** Everything that the server has answered: addresses, headers and bodies. */
    public synchronized List<String> seen() {
        return List.copyOf(seen);
    }

    public HttpResponse<String> get(String pathOrUrl) {
        return send("GET", pathOrUrl);
    }

    /** Like a script of the server's page. */
    public HttpResponse<String> post(String path) {
        return send("POST", path);
    }

    /** The target of a redirect. */
    public static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElseThrow(() -> new AssertionError(answer + answer.body()));
    }

    /** Goes to the provider; returns the address of its page. */
    public String begin(String returnTo) {
        String query = "?return=" + URLEncoder.encode(returnTo, StandardCharsets.UTF_8);
        return location(get("/api/v1/oidc/login" + query));
    }

    /** Continues from the provider's page; returns the address to which it sends the browser back. */
    public String agree(String providerPage) {
        return location(get(providerPage));
    }

    /** The whole sign-in; returns the address of its last page. */
    public String signIn(String returnTo) {
        return location(get(agree(begin(returnTo))));
    }

    /** The status of {@code /me}. */
    public int status() {
        return get("/api/v1/me").statusCode();
    }

    private HttpResponse<String> send(String method, String pathOrUrl) {
        boolean own = pathOrUrl.startsWith("/") || pathOrUrl.startsWith(server);
        URI url = URI.create(pathOrUrl.startsWith("/") ? server + pathOrUrl : pathOrUrl);
        HttpRequest.Builder request = HttpRequest.newBuilder(url).method(method, HttpRequest.BodyPublishers.noBody());
        if (own && !cookies.isEmpty()) request.header("Cookie", cookieHeader());
        if (own && method.equals("POST")) request.header("Origin", server);
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return own ? took(ContractCheck.checked(answer)) : answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value of the header. */
    public String cookieHeader() {
        return cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    private synchronized HttpResponse<String> took(HttpResponse<String> answer) {
        seen.add(answer.headers().map() + answer.body());
        for (String set : answer.headers().allValues("Set-Cookie")) {
            setCookies.add(set);
            String[] pair = set.split(";", 2)[0].split("=", 2);
            if (set.contains("Max-Age=0")) cookies.remove(pair[0]);
            else cookies.put(pair[0], pair[1]);
        }
        return answer;
    }
}
