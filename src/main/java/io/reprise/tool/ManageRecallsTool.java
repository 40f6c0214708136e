package io.reprise.tool;

import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.content.Content;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import io.reprise.support.StopSignal;
import io.reprise.support.Texts;
import io.reprise.support.WallClock;
import java.util.List;
import java.util.stream.Collectors;

/** Lists, edits, skips, pauses, resumes and cancels the recalls of its session. */
public final class ManageRecallsTool implements Tool {
    private static final int TEXT_BYTES_MAX = 400;

    private final WallClock clock;
    private final String zone;

    /** @param zone IANA name of the zone in which times are displayed for recalls without a zone */
    public ManageRecallsTool(WallClock clock, String zone) {
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public String name() {
        return "manage_recalls";
    }

    @Override
    public String description() {
        return "Lists the open recalls of this conversation with their ids, or changes one: skip drops its"
                + " next slot, pause keeps it from being due until resume, cancel ends it, edit changes its text, time, context or target.";
    }

    @Override
    public String schema() {
        return "{\"type\":\"object\",\"properties\":{\"action\":{\"type\":\"string\",\"enum\":[\"list\",\"skip\",\"pause\","
                + "\"resume\",\"cancel\",\"edit\"]},\"recall\":{\"type\":\"string\",\"description\":\"Its id; for all actions but list.\"},"
                + "\"text\":{\"type\":\"string\",\"description\":\"For edit: the new text.\"}," + RecallHow.PROPERTIES
                + ","
                + RecallWhen.PROPERTIES
                + "},\"required\":[\"action\"],\"additionalProperties\":false}";
    }

    /** Commands are claimed by the id of the call, so each is carried out once. */
    @Override
    public ToolTraits traits() {
        return ToolTraits.WRITES_ONCE;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        Arguments arguments = call.argumentsAs(Arguments.class);
        return Content.of(
                switch (RecallPort.ask(call, command(arguments, call))) {
                    case CommandResult.Recalls recalls -> list(recalls.recalls());
                    case CommandResult.Recalled recalled -> changed(recalled.recall());
                    case CommandResult other -> throw new IllegalStateException("no recall: " + other);
                });
    }

    private static Command command(Arguments arguments, ToolCall call) {
        return switch (arguments.action() == null ? "" : arguments.action()) {
            case "list" -> new Command.ListRecalls();
            case "skip" -> new Command.SkipRecall(arguments.checkedRecall());
            case "pause" -> new Command.PauseRecall(arguments.checkedRecall());
            case "resume" -> new Command.ResumeRecall(arguments.checkedRecall(), false);
            case "cancel" -> new Command.CancelRecall(arguments.checkedRecall());
            case "edit" ->
                edit(
                        arguments,
                        call.argumentsAs(RecallWhen.class).in(call.zone()).scheduleOrNull(),
                        call.argumentsAs(RecallHow.class));
            default -> throw new ToolFailure("\"action\" must be list, skip, pause, resume, cancel or edit.");
        };
    }

    private static Command edit(Arguments arguments, RecallSchedule schedule, RecallHow how) {
        String text = arguments.text() == null || arguments.text().isBlank()
                ? null
                : arguments.text().strip();
        RecallContext context = how.contextOrNull();
        RecallTarget target = how.targetOrNull();
        if (text == null && schedule == null && context == null && target == null) {
            throw new ToolFailure("An edit needs a new \"text\", a new time, a new \"context\" or a new \"target\".");
        }
        return new Command.EditRecall(arguments.checkedRecall(), text, schedule, context, target);
    }

    private String list(List<Recall> recalls) {
        if (recalls.isEmpty()) return "There are no recalls in this conversation.";
        return recalls.stream().map(recall -> "- " + line(recall)).collect(Collectors.joining("\n"));
    }

    private String changed(Recall recall) {
        return recall.isOpen()
                ? line(recall)
                : "Recall " + recall.id() + " is over: " + recall.status().wire() + ".";
    }

    private String line(Recall recall) {
        String told = RecallTimes.zone(recall, zone);
        String when = switch (recall.status()) {
            case RUNNING -> "runs now";
            case PAUSED -> "paused, " + RecallTimes.rule(recall, told, clock.nowMs());
            case PENDING, FIRED, CANCELLED, FAILED -> RecallTimes.when(recall, told, clock.nowMs());
        };
        String text = Texts.cutToBytes(recall.text(), TEXT_BYTES_MAX);
        String cut = text.length() < recall.text().length() ? " …" : "";
        return "Recall " + recall.id() + ": \"" + text + cut + "\", " + when + RecallHow.words(recall) + ".";
    }

    record Arguments(String action, String recall, String text) {
        String checkedRecall() {
            if (recall == null || recall.isBlank()) throw new ToolFailure("\"recall\" must be the id of a recall.");
            return recall.strip();
        }
    }
}
