package io.reprise.gateway.agui;

import io.reprise.gateway.agui.AguiInput.Resume;
import io.reprise.message.Command;
import io.reprise.message.Interrupt.Decision;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What an entry of {@code resume} decides about an interrupt. */
final class AguiDecision {
    private AguiDecision() {}

    /**
     * The commands that an entry may stand for. Of an interrupt that is not open any more it is not known what it was; the
     * one that was sent before has the result, and the server refuses the other one.
     */
    static List<Command> forms(Resume resume, boolean isOpen, boolean isQuestion) {
        if (isOpen) return List.of(of(resume, isQuestion));
        return List.of(of(resume, false), of(resume, true));
    }

    /** @param isQuestion whether a tool asks for a content; otherwise a call needs an approval */
    private static Command of(Resume resume, boolean isQuestion) {
        String interrupt = resume.interrupt();
        JsonObject payload = resume.payload() == null ? new JsonObject() : resume.payload();
        if (isQuestion) {
            if (resume.cancelled()) return new Command.Answer(interrupt, Decision.CANCEL, null, null);
            String content = resume.payload() == null ? null : payload.encode();
            return new Command.Answer(interrupt, Decision.ACCEPT, content, null);
        }
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
