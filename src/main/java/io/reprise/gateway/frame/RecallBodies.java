package io.reprise.gateway.frame;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.RecallDirectory.RecallRun;
import io.reprise.history.RecallSlots;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallSchedule.Kind;
import io.reprise.message.recall.RecallTarget;
import io.reprise.support.Current;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads and writes the JSON of recalls. The bodies were checked against the contract before. */
public final class RecallBodies {
    private static final Map<String, Kind> KINDS =
            Arrays.stream(Kind.values()).collect(Collectors.toUnmodifiableMap(Kind::wire, Function.identity()));

    private static final Map<String, RecallContext> CONTEXTS = Arrays.stream(RecallContext.values())
            .collect(Collectors.toUnmodifiableMap(RecallContext::wire, Function.identity()));

    private static final Map<String, RecallTarget> TARGETS = Arrays.stream(RecallTarget.values())
            .collect(Collectors.toUnmodifiableMap(RecallTarget::wire, Function.identity()));

    private static final int WORDS_MAX = 200;

    private final Current<Integer> textBytesMax;

    public RecallBodies(Current<Integer> textBytesMax) {
        this.textBytesMax = textBytesMax;
    }

    /** Errors are reported by {@code fields}. */
    public Command.ScheduleRecall scheduled(Fields fields) {
        String text = text(fields);
        RecallSchedule schedule = schedule(fields);
        if (text == null) fields.wrong("text", "is missing");
        if (schedule == null) fields.wrong("schedule", "is missing");
        return new Command.ScheduleRecall(text, schedule, context(fields), target(fields));
    }

    /** Errors are reported by {@code fields}. */
    public Command.EditRecall edited(String recall, Fields fields) {
        String text = text(fields);
        RecallSchedule schedule = schedule(fields);
        RecallContext context = context(fields);
        RecallTarget target = target(fields);
        if (text == null && schedule == null && context == null && target == null) {
            fields.fault(Failure.badRequest("Specify at least one of `text`, `schedule`, `context` and `target`."));
        }
        return new Command.EditRecall(recall, text, schedule, context, target);
    }

    /** Errors are reported by {@code fields}. */
    public RecallSchedule previewed(Fields fields) {
        RecallSchedule schedule = schedule(fields);
        if (schedule == null) fields.wrong("schedule", "is missing");
        return schedule;
    }

    private static RecallContext context(Fields fields) {
        return fields.choice("context", null, CONTEXTS);
    }

    private static RecallTarget target(Fields fields) {
        return fields.choice("target", null, TARGETS);
    }

    private String text(Fields fields) {
        String text = fields.anyText("text");
        if (text == null) return null;
        if (text.isBlank()) fields.wrong("text", "must be a non-empty string");
        int bytesMax = textBytesMax.get();
        if (Texts.utf8Bytes(text) > bytesMax) {
            fields.fault(Failure.tooLong("text", bytesMax));
        }
        return text;
    }

    private static RecallSchedule schedule(Fields fields) {
        JsonObject json = fields.json("schedule");
        if (json == null) return null;
        Fields schedule = new Fields(json);
        RecallSchedule read = new RecallSchedule(
                schedule.choice("kind", null, KINDS),
                schedule.optionalText("at", WORDS_MAX),
                schedule.optionalSeq("afterMs"),
                schedule.optionalText("when", WORDS_MAX),
                schedule.optionalSeq("everyMs"),
                schedule.optionalText("cron", WORDS_MAX),
                schedule.optionalText("zone", WORDS_MAX));
        if (read.kind() == null) schedule.wrong("schedule.kind", "is missing");
        if (schedule.fault() != null) fields.fault(schedule.fault());
        return read;
    }

    /** A recall in its REST form. */
    public static Map<String, Object> shown(Recall recall) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", recall.id());
        shown.put("session", recall.session());
        shown.put("text", recall.text());
        shown.put("kind", recall.schedule().kind());
        shown.put("schedule", recall.schedule());
        shown.put("context", recall.context());
        shown.put("target", recall.target());
        if (recall.parent() != null) shown.put("parent", recall.parent());
        shown.put("status", recall.status());
        if (recall.pause() != null) shown.put("pause", recall.pause());
        shown.put("triggerAt", time(recall.triggerAtMs()));
        shown.put("slotAt", time(recall.slotMs()));
        shown.put("deferrals", recall.deferrals());
        shown.put("failures", recall.failures());
        shown.put("missed", recall.missed());
        if (recall.run() != null) shown.put("run", recall.run());
        shown.put("createdAt", time(recall.createdMs()));
        return shown;
    }

    /** The same with its next times, if there are any. */
    public static Map<String, Object> shown(Recall recall, List<Long> nextMs) {
        Map<String, Object> shown = shown(recall);
        if (!nextMs.isEmpty()) shown.put("next", times(nextMs));
        return shown;
    }

    /** What a schedule means. */
    public static Map<String, Object> shown(RecallSlots.Preview preview) {
        return Map.of(
                "kind", preview.schedule().kind(), "schedule", preview.schedule(), "next", times(preview.slotsMs()));
    }

    private static List<String> times(List<Long> allMs) {
        return allMs.stream().map(RecallBodies::time).toList();
    }

    public static ShownRun shown(RecallRun run) {
        return new ShownRun(
                run.session(),
                run.run(),
                time(run.slotMs()),
                time(run.startedMs()),
                run.endedMs() == null ? null : time(run.endedMs()),
                run.outcome(),
                run.code());
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ShownRun(
            String session,
            String run,
            String slotAt,
            String startedAt,
            String endedAt,
            String outcome,
            ErrorCode code) {}

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}
