package io.reprise.gateway.page;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The list of the documents, and redirects of browsers that open a document: the page shows it. Programs receive the
 * Markdown, and so do browsers with {@code ?raw}.
 */
final class Documents {
    private static final int DOCUMENTS_MAX = 500;
    private static final int DEPTH_MAX = 3;
    private static final int ABOUT_CHARS_MAX = 300;
    private static final String ENDING = ".md";

    private final Path folder;

    Documents(Path webroot) {
        folder = webroot.resolve("docs");
    }

    void mountOn(Router router) {
        router.get("/docs/index.json").blockingHandler(this::list, false);
        router.getWithRegex("/docs(?:/|/.*/)?").handler(context -> toPage(context, ""));
        router.getWithRegex("/docs/[\\w/-]+\\.md").handler(Documents::document);
    }

    private static void document(RoutingContext context) {
        context.response().putHeader(HttpHeaders.VARY, "accept");
        String accepted = context.request().getHeader(HttpHeaders.ACCEPT);
        boolean isNavigation = accepted != null && accepted.contains("text/html");
        if (!isNavigation || context.queryParams().contains("raw")) {
            context.next();
            return;
        }
        String path = context.normalizedPath();
        toPage(context, path.substring("/docs".length(), path.length() - ENDING.length()));
    }

    private static void toPage(RoutingContext context, String name) {
        context.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, "/#/docs" + name)
                .end();
    }

    private void list(RoutingContext context) {
        JsonArray list = new JsonArray();
        try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
            files.filter(file -> file.getFileName().toString().endsWith(ENDING))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .limit(DOCUMENTS_MAX)
                    .forEach(file -> list.add(entry(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(list.encode());
    }

    /** Its name in addresses, its first heading, and the beginning of its first paragraph. */
    private JsonObject entry(Path file) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        String name = path.substring(0, path.length() - ENDING.length());
        List<String> lines = lines(file);
        String title = lines.stream()
                .filter(line -> line.startsWith("# "))
                .map(line -> line.substring(2).strip())
                .findFirst()
                .orElse(name);
        String about = String.join(
                " ",
                lines.stream()
                        .dropWhile(line -> line.isBlank() || line.startsWith("#"))
                        .takeWhile(line -> !line.isBlank())
                        .toList());
        return new JsonObject().put("name", name).put("title", title).put("about", firstSentence(about));
    }

    private static String firstSentence(String text) {
        int end = text.indexOf(". ");
        String sentence = end < 0 ? text : text.substring(0, end + 1);
        return sentence.substring(0, Math.min(sentence.length(), ABOUT_CHARS_MAX));
    }

    private static List<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.limit(20).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
