package io.reprise.gateway.rest.attachment;

import io.reprise.attachment.Attachment;
import io.reprise.attachment.AttachmentStore;
import io.reprise.attachment.AttachmentStore.Added;
import io.reprise.attachment.Blob;
import io.reprise.attachment.FileRefusal;
import io.reprise.attachment.FileType;
import io.reprise.attachment.ImageHead;
import io.reprise.attachment.Picture;
import io.reprise.attachment.TextCheck;
import io.reprise.config.AttachmentSettings;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Receives one file. A piece is stored before the next one is read, so that memory holds one piece at a time; only an
 * image is read whole, at its end, to check it and to make its thumbnail. Whatever ends the upload, nothing of it is
 * left unless it is complete.
 */
final class Upload {
    private static final Failure EMPTY = Failure.badRequest("The file is empty.");
    private static final Failure NOT_ACCEPTED =
            Failure.badRequest("The file is neither an image (PNG, JPEG, GIF, WebP), nor PDF, nor text in UTF-8.");
    private static final Failure TOO_SLOW = Failure.of(ErrorCode.TIMEOUT, "The file was not received in time.");

    private final GatewayParts parts;
    private final AttachmentStore store;
    private final AttachmentSettings limits;
    private final ApiCall call;
    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Intake.Held held;
    private final Promise<Outcome> outcome = Promise.promise();
    private final TextCheck text = new TextCheck();
    private Buffer piece = Buffer.buffer();
    private Future<Void> writing = Future.succeededFuture();
    private Blob blob;
    private FileType type;
    private int stored;
    private long bytes;
    private long idleTimer;
    private long wholeTimer;
    private boolean over;

    /** How an upload ended. */
    sealed interface Outcome {
        record Done(Attachment attachment) implements Outcome {}

        record Refused(Failure failure) implements Outcome {}

        /** The client has gone, or was answered already. */
        record Cut() implements Outcome {}
    }

    Upload(GatewayParts parts, ApiCall call) {
        this.parts = parts;
        this.store = parts.files().store();
        this.limits = parts.settings().attachments();
        this.call = call;
        this.vertx = call.context().vertx();
        this.request = call.context().request();
        this.held = parts.intake().held(call.context().request().remoteAddress().hostAddress());
    }

    /** Fails if the store is unavailable. */
    Future<Outcome> receive() {
        wholeTimer = vertx.setTimer(limits.uploadMs(), late -> refuse(TOO_SLOW));
        request.exceptionHandler(gone -> end(Future.succeededFuture(new Outcome.Cut())));
        // The handler is not called for an earlier end.
        if (request.response().closed()) end(Future.succeededFuture(new Outcome.Cut()));
        else store.begin().onSuccess(this::begun).onFailure(cause -> end(Future.failedFuture(cause)));
        return outcome.future();
    }

    private void begun(Blob made) {
        blob = made;
        if (over) {
            discard();
            return;
        }
        request.handler(this::add).endHandler(whole -> whole());
        goOn();
    }

    private void goOn() {
        if (over) return;
        idleTimer = vertx.setTimer(limits.idleMs(), late -> refuse(TOO_SLOW));
        request.resume();
    }

    private void hold() {
        request.pause();
        vertx.cancelTimer(idleTimer);
    }

    private void add(Buffer more) {
        if (over) return;
        bytes += more.length();
        piece.appendBuffer(more);
        if (type == null && piece.length() >= FileType.HEAD_BYTES) type = FileType.of(piece.getBytes());
        if (type != null && bytes > bytesMax()) {
            refuse(tooLarge());
        } else if (!held.set(piece.length())) {
            refuse(BodyReader.NO_ROOM);
        } else {
            hold();
            if (piece.length() < blob.chunkBytes()) goOn();
            else store(this::goOn);
        }
    }

    private long bytesMax() {
        return switch (type) {
            case PNG, JPEG, GIF, WEBP -> limits.imageBytesMax();
            case PDF -> limits.pdfBytesMax();
            case TEXT -> limits.textBytesMax();
        };
    }

    private Failure tooLarge() {
        String what = type.isImage() ? "An image" : type == FileType.PDF ? "A PDF" : "A text";
        return Failure.of(ErrorCode.TOO_LARGE, what + " must not exceed " + bytesMax() + " bytes.");
    }

    /** Stores what has been received, as pieces of the size of the blob; the last one only at the end. */
    private void store(Runnable then) {
        int size = Math.min(piece.length(), blob.chunkBytes());
        Buffer first = piece.getBuffer(0, size);
        piece = piece.getBuffer(size, piece.length());
        if (type == FileType.TEXT && !text.accepts(first.getBytes())) {
            refuse(NOT_ACCEPTED);
            return;
        }
        writing = store.write(blob, stored++, first);
        writing.onSuccess(written -> {
                    if (over) return;
                    held.set(piece.length());
                    if (piece.length() >= blob.chunkBytes()) store(then);
                    else then.run();
                })
                .onFailure(cause -> end(Future.failedFuture(cause)));
    }

    private void whole() {
        if (over) return;
        vertx.cancelTimer(idleTimer);
        if (type == null) type = FileType.of(piece.getBytes());
        if (bytes == 0) refuse(EMPTY);
        else if (piece.length() > 0) store(this::check);
        else check();
    }

    private void check() {
        blob = blob.ofBytes(bytes);
        if (type.isImage()) {
            store.readAll(blob)
                    .compose(file -> parts.files()
                            .workers()
                            .run(() -> Picture.of(type, file.getBytes(), limits.thumbnailEdge(), limits.pixelsMax())))
                    .onSuccess(this::checked)
                    .onFailure(cause -> end(Future.failedFuture(cause)));
        } else if (type == FileType.TEXT && !text.isComplete()) {
            refuse(NOT_ACCEPTED);
        } else {
            keep(null, null);
        }
    }

    private void checked(Picture picture) {
        if (over) return;
        Optional<FileRefusal> fault = picture.fault(limits.pixelsMax());
        if (fault.isPresent()) refuse(Refusals.of(fault.get(), limits));
        else keep(picture.head(), picture.thumbnail());
    }

    private void keep(ImageHead head, byte[] thumbnail) {
        if (over) return;
        Attachment attachment = new Attachment(
                parts.ids().next("a_"),
                name(),
                type,
                bytes,
                head == null ? null : head.shownWidth(),
                head == null ? null : head.shownHeight());
        store.add(new AttachmentStore.New(
                        call.user(),
                        call.session(),
                        attachment,
                        blob,
                        thumbnail,
                        limits.sessionBytesMax(),
                        limits.userBytesMax()))
                .onSuccess(added -> added(added, attachment))
                .onFailure(cause -> end(Future.failedFuture(cause)));
    }

    private String name() {
        String given = call.text("name");
        String clean = given == null ? "" : Attachment.cleanName(given);
        return clean.isEmpty() ? (type.isImage() ? "image." : "file.") + type.ending() : clean;
    }

    private void added(Added added, Attachment attachment) {
        switch (added) {
            case DONE -> {
                blob = null;
                end(Future.succeededFuture(new Outcome.Done(attachment)));
            }
            case NO_SESSION, SESSION_FULL, USER_FULL -> refuse(Refusals.of(FileRefusal.of(added), limits));
        }
    }

    private void refuse(Failure failure) {
        end(Future.succeededFuture(new Outcome.Refused(failure)));
    }

    private void end(Future<Outcome> how) {
        if (over) return;
        over = true;
        vertx.cancelTimer(idleTimer);
        vertx.cancelTimer(wholeTimer);
        held.set(0);
        piece = null;
        discard();
        outcome.handle(how);
    }

    /** After the write that may be under way, which would otherwise leave a piece behind. The sweep finds what remains. */
    private void discard() {
        Blob left = blob;
        if (left != null) writing.onComplete(done -> store.discard(left));
    }
}
