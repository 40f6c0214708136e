package io.reprise.training;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Uses a server as people do, in the proportions that are usual: many conversations with one reader each, some with several, a few long
 * ones that are opened, read, exported and searched. Needs the demo model and {@code auth.mode: dev}. Every wait is limited.
 */
final class Usage {
    private static final int LONG_ANSWERS = 3;
    private static final int READERS_OF_ONE = 20;
    private static final int OPENINGS = 4;
    private static final Pattern TOKEN = Pattern.compile("\"token\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern FILE = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final int chats;
    private final int words;

    /**
     * @param chats conversations at the same time
     * @param words the length of their answers
     */
    Usage(String address, int chats, int words) {
        server = URI.create(address);
        this.chats = chats;
        this.words = words;
    }

    /** @throws RuntimeException if the server refuses something or does not answer */
    void run() {
        openPage();
        longChat("ada");
        chats("ben");
        manyReaders("cleo");
    }

    private void openPage() {
        Matcher file = FILE.matcher(call("GET", "/", null, null));
        while (file.find()) call("GET", file.group(1), null, null);
        call("GET", "/health/ready", null, null);
        call("GET", "/openapi.yaml", null, null);
    }

    /** A conversation of megabytes, which is opened, read, searched and exported. */
    private void longChat(String user) {
        String token = token(user);
        String session;
        try (Tab tab = new Tab(http, server, token)) {
            session = tab.create();
            tab.attach(session);
            tab.talk(session, "/tool current_time {}");
            tab.talk(session, "/think 50");
            for (int i = 0; i < LONG_ANSWERS; i++) tab.talk(session, "/stream " + 600 * words + " 0");
        }
        String path = "/api/v1/sessions/" + session;
        for (int i = 0; i < OPENINGS; i++) {
            call("GET", "/api/v1/sessions", token, null);
            try (Tab tab = new Tab(http, server, token)) {
                tab.attach(session);
            }
            call("GET", path + "/messages?limit=20", token, null);
            call("GET", path + "/export?format=markdown", token, null);
            call("GET", "/api/v1/sessions?q=w1", token, null);
            call("GET", "/api/v1/recalls", token, null);
        }
    }

    /** Conversations at the pace of a real model, each with one reader. */
    private void chats(String user) {
        String token = token(user);
        together(IntStream.range(0, chats)
                .<Runnable>mapToObj(i -> () -> {
                    try (Tab tab = new Tab(http, server, token)) {
                        String session = tab.create();
                        tab.attach(session);
                        tab.talk(session, "Hello");
                        for (int j = 0; j < 2; j++) tab.talk(session, "/stream " + words + " 50");
                    }
                })
                .toList());
    }

    private void manyReaders(String user) {
        String token = token(user);
        List<Tab> tabs = new ArrayList<>();
        try {
            String session = null;
            for (int i = 0; i < READERS_OF_ONE; i++) {
                Tab tab = new Tab(http, server, token);
                tabs.add(tab);
                if (session == null) session = tab.create();
                tab.attach(session);
            }
            tabs.getFirst().talk(session, "/stream " + 3 * words + " 150");
        } finally {
            tabs.forEach(Tab::close);
        }
    }

    private static void together(List<Runnable> all) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            all.stream()
                    .map(each -> CompletableFuture.runAsync(each, threads))
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }

    private String token(String user) {
        Matcher token = TOKEN.matcher(call("POST", "/api/v1/dev/token", null, "{\"user\": \"" + user + "\"}"));
        if (!token.find()) throw new IllegalStateException("no token");
        return token.group(1);
    }

    /** Returns the body; {@code token} and {@code body} may be null. */
    private String call(String method, String path, String token, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
        if (token != null) request.header("Authorization", "Bearer " + token);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 400) throw new IllegalStateException(path + ": " + answer.body());
            return answer.body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(path, e);
        }
    }
}
