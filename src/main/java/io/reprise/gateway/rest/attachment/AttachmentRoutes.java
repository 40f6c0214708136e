package io.reprise.gateway.rest.attachment;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.attachment.Attachment;
import io.reprise.attachment.AttachmentStore.Stored;
import io.reprise.attachment.FileType;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.FileName;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /sessions/{session}/attachments} of the REST API, see section 7 of the protocol. */
public final class AttachmentRoutes {
    private static final Logger log = LoggerFactory.getLogger(AttachmentRoutes.class);

    private static final Failure NOT_FOUND = Failure.notFound("Attachment");
    static final Failure TOO_MANY = Failure.of(
                    ErrorCode.TOO_MANY_REQUESTS, "Too many uploads at the same time; try again shortly.")
            .after(1_000);
    private static final Failure TOO_OFTEN =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many uploads in a short time; try again later.");

    /** A download runs no code and loads nothing, whatever a browser takes it for. */
    private static final String POLICY = "default-src 'none'; sandbox";

    private static final String CHARSET = "; charset=utf-8";
    private static final String CACHING = "private, max-age=3600";

    private final GatewayParts parts;
    private final BodyReader bodies;

    public AttachmentRoutes(GatewayParts parts, BodyReader bodies) {
        this.parts = parts;
        this.bodies = bodies;
    }

    public void bindTo(Api api) {
        api.onStream("addAttachment", this::upload).on("getAttachment", this::download);
    }

    /** An attachment as an answer shows it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Shown(String attachment, String name, String type, long size, Integer width, Integer height) {
        static Shown of(Attachment its) {
            return new Shown(its.id(), its.name(), its.type().mediaType(), its.bytes(), its.width(), its.height());
        }
    }

    private void upload(ApiCall call) {
        String user = call.user();
        long waitMs = parts.access().limits().command(user, false);
        if (waitMs > 0) {
            BodyReader.refuseRest(call.context(), TOO_OFTEN.after(waitMs));
            return;
        }
        if (!parts.files().uploads().take(user)) {
            BodyReader.refuseRest(call.context(), TOO_MANY);
            return;
        }
        owned(call)
                .compose(owned ->
                        owned ? receive(call) : Future.succeededFuture(new Upload.Outcome.Refused(Failure.notFound())))
                .onComplete(done -> parts.files().uploads().giveBack(user))
                .onSuccess(outcome -> {
                    switch (outcome) {
                        case Upload.Outcome.Done done -> call.answer(201, Shown.of(done.attachment()));
                        case Upload.Outcome.Refused refused -> BodyReader.refuseRest(call.context(), refused.failure());
                        case Upload.Outcome.Cut cut -> log.debug("an upload was cut off");
                    }
                })
                .onFailure(cause -> {
                    log.atWarn()
                            .addKeyValue("session", call.session())
                            .addKeyValue("cause", cause.toString())
                            .log("an upload could not be stored");
                    BodyReader.refuseRest(call.context(), Failure.unavailable());
                });
    }

    private Future<Boolean> owned(ApiCall call) {
        return parts.read().sessions().find(call.user(), call.session()).map(Optional::isPresent);
    }

    private Future<Upload.Outcome> receive(ApiCall call) {
        if (!bodies.isReadable(call.context())) return Future.succeededFuture(new Upload.Outcome.Cut());
        return new Upload(parts, call).receive();
    }

    private void download(ApiCall call) {
        owned(call)
                .compose(owned -> owned ? parts.files().store().find(call.session(), call.text("attachment")) : none())
                .onSuccess(found -> found.ifPresentOrElse(stored -> send(call, stored), () -> call.refuse(NOT_FOUND)))
                .onFailure(call::storeAway);
    }

    private static <T> Future<Optional<T>> none() {
        return Future.succeededFuture(Optional.empty());
    }

    private void send(ApiCall call, Stored stored) {
        if (!Boolean.TRUE.equals(call.flag("thumbnail"))) {
            sendWhole(call, stored);
            return;
        }
        parts.files()
                .store()
                .thumbnail(call.session(), stored.attachment().id())
                .onSuccess(found -> found.ifPresentOrElse(
                        thumbnail -> sendThumbnail(call, stored.attachment(), thumbnail),
                        () -> withoutThumbnail(call, stored)))
                .onFailure(call::storeAway);
    }

    /** The original of an image that the JDK cannot decode; nothing of other files. */
    private void withoutThumbnail(ApiCall call, Stored stored) {
        if (stored.attachment().type().isImage()) sendWhole(call, stored);
        else call.refuse(Failure.notFound("Thumbnail"));
    }

    private void sendThumbnail(ApiCall call, Attachment attachment, Buffer thumbnail) {
        HttpServerResponse response = head(call, attachment, "image/png")
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(thumbnail.length()));
        if (Answers.isHead(call.context())) response.end();
        else response.end(thumbnail);
    }

    private HttpServerResponse head(ApiCall call, Attachment attachment, String type) {
        return call.context()
                .response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(
                        HttpHeaders.CONTENT_DISPOSITION,
                        FileName.disposition(attachment.type().isImage(), attachment.name()))
                .putHeader(HttpHeaders.CACHE_CONTROL, CACHING)
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    private void sendWhole(ApiCall call, Stored stored) {
        Attachment attachment = stored.attachment();
        long size = attachment.bytes();
        Optional<ByteRange> asked = ByteRange.of(call.context().request().getHeader("Range"), size);
        if (asked.filter(ByteRange::isEmpty).isPresent()) {
            call.context().response().putHeader("Content-Range", "bytes */" + size);
            call.context().fail(416);
            return;
        }
        ByteRange range = asked.orElse(new ByteRange(0, size - 1));
        String type = attachment.type().mediaType() + (attachment.type() == FileType.TEXT ? CHARSET : "");
        HttpServerResponse response = head(call, attachment, type)
                .putHeader("Accept-Ranges", "bytes")
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(range.length()));
        if (asked.isPresent()) {
            response.setStatusCode(206).putHeader("Content-Range", range.of(size));
        }
        if (Answers.isHead(call.context())) {
            response.end();
            return;
        }
        new Download(parts.files().store(), stored.blob(), range)
                .sendTo(response)
                .onFailure(aborted(call));
    }

    private static Handler<Throwable> aborted(ApiCall call) {
        return cause -> {
            log.atDebug()
                    .addKeyValue("session", call.session())
                    .addKeyValue("cause", cause.toString())
                    .log("a download was aborted");
            if (call.context().response().headWritten())
                call.context().response().reset();
            else call.storeAway(cause);
        };
    }
}
