package io.reprise.gateway.agui;

import io.reprise.gateway.agui.AguiInput.Resume;
import io.reprise.message.Command;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt.Decision;
import io.reprise.support.ObjectText;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What an entry of {@code resume} decides about an interrupt. */
final class AguiDecision {
    private AguiDecision() {}

    /**
     * The same for the same entry whatever is open, so that an input that is sent again is the same command: of an
     * interrupt that is not open any more it is not known what it was.
     */
    static Command.Either of(Resume resume) {
        return new Command.Either(approval(resume), inquiry(resume));
    }

    /**
     * What is wrong with an entry.
     *
     * @param isQuestion whether a tool asks for a content; otherwise a call needs an approval
     * @param bytesMax of a text, and of an object as JSON
     */
    static Optional<Failure> fault(Resume resume, boolean isQuestion, int bytesMax) {
        JsonObject payload = resume.payload();
        if (payload != null && Texts.utf8Bytes(payload.encode()) > bytesMax)
            return Optional.of(Failure.tooLong("payload", bytesMax));
        if (payload != null && ObjectText.of(payload.encode()) instanceof ObjectText.Faulty faulty)
            return wrong(resume, "must be a valid JSON object: " + faulty.why());
        if (isQuestion || resume.cancelled()) return Optional.empty();
        if (payload == null || !(payload.getValue("approved") instanceof Boolean))
            return wrong(resume, "must say by `approved` whether the call may be made");
        if (!isNullOr(JsonObject.class, payload, "editedArgs"))
            return wrong(resume, "must have an object as `editedArgs`");
        if (!isNullOr(String.class, payload, "reason") || !isNullOr(String.class, payload, "response"))
            return wrong(resume, "must have texts as `reason` and `response`");
        return Optional.empty();
    }

    private static Optional<Failure> wrong(Resume resume, String why) {
        return Optional.of(Failure.badRequest("`payload` of " + resume.interrupt() + " " + why + "."));
    }

    private static boolean isNullOr(Class<?> type, JsonObject payload, String key) {
        Object value = payload.getValue(key);
        return value == null || type.isInstance(value);
    }

    private static Command.Answer inquiry(Resume resume) {
        if (resume.cancelled()) return new Command.Answer(resume.interrupt(), Decision.CANCEL, null, null);
        String content = resume.payload() == null ? null : resume.payload().encode();
        return new Command.Answer(resume.interrupt(), Decision.ACCEPT, content, null);
    }

    private static Command.Answer approval(Resume resume) {
        String interrupt = resume.interrupt();
        JsonObject payload = resume.payload() == null ? new JsonObject() : resume.payload();
        boolean approved = !resume.cancelled() && Boolean.TRUE.equals(payload.getValue("approved"));
        if (approved && payload.getValue("editedArgs") instanceof JsonObject edited) {
            return new Command.Answer(interrupt, Decision.EDIT, edited.encode(), null);
        }
        if (approved) return new Command.Answer(interrupt, Decision.APPROVE, null, null);
        if (text(payload, "response") != null && !resume.cancelled()) {
            return new Command.Answer(interrupt, Decision.RESPOND, null, text(payload, "response"));
        }
        return new Command.Answer(interrupt, Decision.REJECT, null, text(payload, "reason"));
    }

    private static String text(JsonObject payload, String key) {
        return payload.getValue(key) instanceof String text && !text.isEmpty() ? text : null;
    }
}
