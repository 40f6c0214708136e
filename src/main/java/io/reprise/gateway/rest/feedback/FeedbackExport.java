package io.reprise.gateway.rest.feedback;

import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.FileName;
import io.reprise.history.feedback.FeedbackDirectory;
import io.reprise.history.feedback.FeedbackDirectory.Entry;
import io.reprise.history.feedback.FeedbackDirectory.Filter;
import io.reprise.history.feedback.FeedbackDirectory.Page;
import io.reprise.history.feedback.FeedbackDirectory.Place;
import io.reprise.message.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Feedback as JSON lines, the last changed first, each with its conversation: one is read when the one before it was sent. */
final class FeedbackExport {
    private static final Logger log = LoggerFactory.getLogger(FeedbackExport.class);
    private static final int PAGE_ENTRIES = 100;

    private final FeedbackDirectory feedback;
    private final Filter filter;
    private final Surroundings surroundings;

    FeedbackExport(FeedbackDirectory feedback, Filter filter, Surroundings surroundings) {
        this.feedback = feedback;
        this.filter = filter;
        this.surroundings = surroundings;
    }

    /** Sends nothing before the first page is there, so that a store that is away can be reported. Never fails. */
    Future<Void> send(ApiCall call) {
        return next(null)
                .onFailure(call::storeAway)
                .compose(first -> send(begun(call), first))
                .otherwiseEmpty();
    }

    private static HttpServerResponse begun(ApiCall call) {
        return call.context()
                .response()
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/jsonl")
                .putHeader(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition("feedback", "jsonl"))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private Future<Void> send(HttpServerResponse response, Page first) {
        return written(response, first).onFailure(cause -> {
            log.atWarn().addKeyValue("cause", cause.toString()).log("export of feedback aborted");
            response.reset();
        });
    }

    private Future<Void> written(HttpServerResponse response, Page page) {
        return written(response, page.entries())
                .compose(sent -> page.next() == null
                        ? response.end()
                        : next(page.next()).compose(more -> written(response, more)));
    }

    private Future<Void> written(HttpServerResponse response, List<Entry> entries) {
        if (entries.isEmpty()) return Future.succeededFuture();
        Entry entry = entries.getFirst();
        return surroundings
                .of(entry)
                .compose(messages -> response.write(Json.text(ShownFeedback.of(entry, messages)) + "\n"))
                .compose(sent -> written(response, entries.subList(1, entries.size())));
    }

    private Future<Page> next(Place before) {
        return feedback.list(filter, before, PAGE_ENTRIES);
    }
}
