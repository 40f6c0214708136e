package io.reprise.session.command;

import io.reprise.attachment.Attachment;
import io.reprise.attachment.FileType;
import io.reprise.message.Failure;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The files of a message that is being decided, with what is known of them. */
final class SentFiles {
    private final Map<String, Attachment> found;
    private final Function<String, Optional<Failure>> refusal;

    /** @param refusal why a file of a kind, {@code image} or {@code pdf}, must not be sent */
    SentFiles(List<Attachment> found, Function<String, Optional<Failure>> refusal) {
        this.found = found.stream().collect(Collectors.toMap(Attachment::id, Function.identity()));
        this.refusal = refusal;
    }

    /** Why the message cannot be accepted; empty if it can. */
    Optional<Failure> fault(Content content) {
        return content.files().stream()
                .map(this::fault)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Failure> fault(Part.File file) {
        Attachment its = found.get(file.attachment());
        if (its == null) return Optional.of(Failure.notFound("Attachment"));
        if (!typeOf(its).equals(file.type())) {
            return Optional.of(
                    Failure.badRequest("The part of " + its.name() + " must have the type " + typeOf(its) + "."));
        }
        if (its.type().isImage()) return refusal.apply("image");
        return its.type() == FileType.PDF ? refusal.apply("pdf") : Optional.empty();
    }

    /** The kind of a file of a message that was accepted, if models may refuse it: {@code image} or {@code pdf}. */
    static Optional<String> kind(Part.File file) {
        if (file.type().equals(Part.File.IMAGE)) return Optional.of("image");
        return FileType.PDF.mediaType().equals(file.mediaType()) ? Optional.of("pdf") : Optional.empty();
    }

    private static String typeOf(Attachment attachment) {
        return attachment.type().isImage() ? Part.File.IMAGE : Part.File.FILE;
    }

    /** The content with what is known of its files. */
    Content described(Content content) {
        return new Content(content.parts().stream()
                .map(part -> part instanceof Part.File file ? described(file) : part)
                .toList());
    }

    private Part described(Part.File file) {
        Attachment its = found.get(file.attachment());
        return new Part.File(
                file.type(), its.id(), its.name(), its.type().mediaType(), its.bytes(), its.width(), its.height());
    }
}
