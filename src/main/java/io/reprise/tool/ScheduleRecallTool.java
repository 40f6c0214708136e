package io.reprise.tool;

import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.content.Content;
import io.reprise.message.recall.Recall;
import io.reprise.support.StopSignal;
import io.reprise.support.WallClock;

/** Schedules a recall in its session. */
public final class ScheduleRecallTool implements Tool {
    private final WallClock clock;
    private final String zone;

    /** @param zone IANA name of the zone in which times are displayed if the call names none */
    public ScheduleRecallTool(WallClock clock, String zone) {
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public String name() {
        return "schedule_recall";
    }

    @Override
    public String description() {
        return "Schedules you to come back to this conversation later, once or repeatedly. At that time you receive the"
                + " text as a message and can act on it. Use it for reminders, follow-ups and regular checks. Specify"
                + " the time with exactly one of when, at, in, every, cron and now.";
    }

    @Override
    public String schema() {
        return "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"description\":\"The message you will"
                + " receive at that time, with everything you need to know.\"}," + RecallHow.PROPERTIES + ","
                + RecallWhen.PROPERTIES
                + "},\"required\":[\"text\"],\"additionalProperties\":false}";
    }

    /** The command contains the words of the call, and is claimed by the id of the call, so it is carried out once. */
    @Override
    public ToolTraits traits() {
        return ToolTraits.WRITES_ONCE;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        String text = call.argumentsAs(Arguments.class).checkedText();
        RecallWhen when = call.argumentsAs(RecallWhen.class).in(call.zone());
        RecallHow how = call.argumentsAs(RecallHow.class);
        CommandResult result = RecallPort.ask(
                call, new Command.ScheduleRecall(text, when.schedule(), how.contextOrNull(), how.targetOrNull()));
        if (!(result instanceof CommandResult.Recalled recalled))
            throw new IllegalStateException("no recall: " + result);
        Recall recall = recalled.recall();
        String due = RecallTimes.when(recall, RecallTimes.zone(recall, zone), clock.nowMs());
        return Content.of("Scheduled " + due + RecallHow.words(recall) + ". Its id is " + recall.id() + ".");
    }

    record Arguments(String text) {
        String checkedText() {
            if (text == null || text.isBlank()) throw new ToolFailure("\"text\" must say what to come back with.");
            return text.strip();
        }
    }
}
