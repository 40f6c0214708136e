package io.reprise.gateway.rest;

import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.history.export.Export;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import io.reprise.support.Permits;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports a conversation as a download: at one seq, streamed as fast as the client reads, and never held in memory as
 * a whole.
 */
public final class ExportRoutes {
    private static final Logger log = LoggerFactory.getLogger(ExportRoutes.class);

    private final SessionDirectory directory;
    private final Histories histories;
    private final Permits permits;
    private final WallClock time;
    private final Current<Integer> bytesMax;

    public ExportRoutes(GatewayParts parts) {
        this.directory = parts.read().sessions();
        this.histories = parts.read().histories();
        this.permits = parts.read().wholeReads();
        this.time = parts.time();
        this.bytesMax = parts.current().map(now -> now.sessions().exportBytesMax());
    }

    public void bindTo(Api api) {
        api.on("exportSession", this::export);
    }

    private void export(ApiCall call) {
        directory
                .find(call.user(), call.session())
                .onSuccess(found -> found.ifPresentOrElse(
                        session -> permitted(call, session), () -> call.refuse(Failure.notFound())))
                .onFailure(call::storeAway);
    }

    private void permitted(ApiCall call, SessionSummary session) {
        if (!permits.take(call.user())) {
            call.refuse(Failure.tooManyReads());
            return;
        }
        begin(call, session).onComplete(done -> permits.giveBack(call.user()));
    }

    /**
     * Sends nothing before the first piece is available, so that earlier failures can be reported. The future never
     * fails.
     */
    private Future<Void> begin(ApiCall call, SessionSummary session) {
        int most = bytesMax.get();
        return histories
                .bytes(session.id(), session.head())
                .compose(bytes -> bytes > most ? Future.succeededFuture() : open(call, session))
                .compose(export -> {
                    if (export != null) return export.next().map(first -> send(call, session, export, first));
                    call.refuse(Failure.conversationTooLong(most));
                    return Future.succeededFuture(Future.<Void>succeededFuture());
                })
                .onFailure(call::storeAway)
                .compose(sent -> sent)
                .otherwiseEmpty();
    }

    private Future<Export> open(ApiCall call, SessionSummary session) {
        Export.Head head =
                new Export.Head(session, Instant.ofEpochMilli(time.nowMs()).toString());
        return isJson(call) ? histories.json(head) : histories.markdown(head);
    }

    private static boolean isJson(ApiCall call) {
        return call.text("format").equals("json");
    }

    private static Future<Void> send(ApiCall call, SessionSummary session, Export export, Buffer first) {
        boolean json = isJson(call);
        String title = session.title() != null ? session.title() : session.preview() == null ? "" : session.preview();
        HttpServerResponse response = call.context()
                .response()
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, json ? "application/json" : "text/markdown; charset=utf-8")
                .putHeader(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition(title, json ? "json" : "md"))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        return response.write(first).compose(written -> rest(export, response)).onFailure(cause -> {
            log.atWarn()
                    .addKeyValue("session", session.id())
                    .addKeyValue("cause", cause.toString())
                    .log("export aborted");
            response.reset();
        });
    }

    /** Reads the next piece when the previous one was sent. */
    private static Future<Void> rest(Export export, HttpServerResponse response) {
        return export.next()
                .compose(piece -> piece == null
                        ? response.end()
                        : response.write(piece).compose(written -> rest(export, response)));
    }
}
