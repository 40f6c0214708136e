package io.reprise.gateway;

import io.reprise.history.Export;
import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.Iterator;

/** A conversation as a download: at one seq, written as fast as the client takes it. */
final class ExportRoutes {
    private final SessionDirectory directory;
    private final Histories histories;
    private final WallClock time;
    private final int bytesMax;

    ExportRoutes(GatewayParts parts) {
        this.directory = parts.read().sessions();
        this.histories = parts.read().histories();
        this.time = parts.time();
        this.bytesMax = parts.settings().sessions().exportBytesMax();
    }

    void bindTo(Api api) {
        api.on("exportSession", this::export);
    }

    private void export(ApiCall call) {
        directory
                .find(call.user(), call.session())
                .onSuccess(found ->
                        found.ifPresentOrElse(session -> read(call, session), () -> call.refuse(Failure.notFound())))
                .onFailure(call::storeAway);
    }

    private void read(ApiCall call, SessionSummary session) {
        histories
                .whole(session.id(), session.head(), bytesMax)
                .onSuccess(whole -> whole.ifPresentOrElse(
                        conversation -> send(call, export(session, conversation)), () -> call.refuse(tooLarge())))
                .onFailure(call::storeAway);
    }

    private Export export(SessionSummary session, Histories.Newest conversation) {
        String now = Instant.ofEpochMilli(time.nowMs()).toString();
        return new Export(session, session.head(), conversation, now);
    }

    private Failure tooLarge() {
        return Failure.of(
                ErrorCode.TOO_LARGE,
                "The conversation is longer than the " + bytesMax + " bytes that can be exported.");
    }

    private static void send(ApiCall call, Export export) {
        boolean json = call.text("format").equals("json");
        SessionSummary session = export.session();
        String title = session.title() != null ? session.title() : session.preview() == null ? "" : session.preview();
        HttpServerResponse response = call.context()
                .response()
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, json ? "application/json" : "text/markdown; charset=utf-8")
                .putHeader(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition(title, json ? "json" : "md"))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        write((json ? export.json() : export.markdown()).iterator(), response).onSuccess(done -> response.end());
    }

    private static Future<Void> write(Iterator<String> pieces, HttpServerResponse response) {
        while (pieces.hasNext()) {
            Future<Void> written = response.write(pieces.next());
            if (response.writeQueueFull()) return written.compose(taken -> write(pieces, response));
        }
        return Future.succeededFuture();
    }
}
