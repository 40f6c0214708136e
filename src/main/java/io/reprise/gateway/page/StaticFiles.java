package io.reprise.gateway.page;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.nio.file.Path;

/** The page and the documents from the webroot, and the libraries of the page from the class path. */
public final class StaticFiles {
    /** How long facts about a file are cached. A changed file must not stay hidden for longer. */
    private static final long FILE_FACTS_MS = 1_000;

    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    /**
     * Browsers keep the files but validate them each time, so that all modules of the page have the same version, also
     * directly after an update.
     */
    private static final String ASK_EACH_TIME = "no-cache";

    /** Icons have no hash in their names, as systems keep their addresses; an old one does no harm. */
    private static final String FOR_A_WEEK = "public, max-age=604800";

    /** Outside the API, whose router distinguishes unknown paths and methods itself. */
    private static final String OUTSIDE_THE_API = "/(?!api/).*";

    private final Path webroot;
    private final boolean builtPage;

    /** @param builtPage whether to serve the page as the build created it, if it exists */
    public StaticFiles(Path webroot, boolean builtPage) {
        this.webroot = webroot;
        this.builtPage = builtPage;
    }

    /** Reads the built page, if it exists, so that no event loop needs to; blocks. */
    public static void prepare() {
        BuiltPage.find();
    }

    public void mountOn(Router router) {
        ImageFrames.mountOn(router);
        new Documents(webroot).mountOn(router);
        if (builtPage) BuiltPage.find().ifPresent(built -> built.mountOn(router));
        // The paths of the libraries contain their versions.
        router.route("/webjars/*").handler(context -> cached(context, FOR_EVER));
        router.route("/webjars/*").handler(serving(StaticHandler.create("META-INF/resources/webjars")));
        router.routeWithRegex(OUTSIDE_THE_API).handler(context -> cached(context, ASK_EACH_TIME));
        for (String path : new String[] {"/icons/*", "/icon.svg", "/favicon.ico"}) {
            router.route(path).handler(context -> cached(context, FOR_A_WEEK));
        }
        router.routeWithRegex(".*\\.md").handler(context -> typed(context, "text/markdown; charset=utf-8"));
        router.routeWithRegex(".*\\.webmanifest").handler(context -> typed(context, "application/manifest+json"));
        String root = webroot.toAbsolutePath().normalize().toString();
        router.routeWithRegex(OUTSIDE_THE_API).handler(serving(StaticHandler.create(FileSystemAccess.ROOT, root)));
    }

    private static StaticHandler serving(StaticHandler handler) {
        return handler.setFilesReadOnly(false)
                .setCacheEntryTimeout(FILE_FACTS_MS)
                .setIncludeHidden(false)
                .setDirectoryListing(false)
                .setDefaultContentEncoding("UTF-8");
    }

    private static void cached(RoutingContext context, String control) {
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, control);
        context.next();
    }

    private static void typed(RoutingContext context, String type) {
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
        context.next();
    }
}
