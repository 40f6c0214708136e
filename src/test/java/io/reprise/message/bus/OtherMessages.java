package io.reprise.message.bus;

import io.reprise.message.AgentMessage;
import io.reprise.message.BusMessage;
import io.reprise.message.ClientTool;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.Interrupt;
import io.reprise.message.NodeMessage;
import io.reprise.message.Sender;
import io.reprise.message.ShardMessage;
import io.reprise.message.content.Content;
import io.reprise.message.feedback.Rating;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.RunUsage;
import io.reprise.message.recall.RecallCall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Messages for {@link BusCodecTest}: commands of people, their results, and what nodes tell each other. */
final class OtherMessages {
    private static final Inquiry INQUIRY = new Inquiry("files", Inquiry.Mode.FORM, "Which one?", "{}", null, 60_000);
    private static final Interrupt.Within WITHIN = new Interrupt.Within("r.1", "writer", "t_0");

    private OtherMessages() {}

    static List<BusMessage> all() {
        return Stream.of(commands().map(OtherMessages::request), results().map(OtherMessages::answer), others())
                .flatMap(each -> each)
                .toList();
    }

    private static Stream<Command> commands() {
        return Stream.of(
                new Command.Fork("s_0", "m_1", null),
                new Command.Fork("s_0", null, "cp_1"),
                new Command.Send(
                        Content.of("x"),
                        Command.OnBusy.STEER,
                        "small",
                        List.of(new ClientTool("screen", "The screen.", "{\"type\":\"object\"}"))),
                new Command.Update(true, null, Map.of("a", List.of(1, "b")), true, null, false, "writer"),
                new Command.Answer("i", Interrupt.Decision.EDIT, "{\"a\":1}", null),
                new Command.Results(List.of(new Command.ClientResult("t", "seen", true))),
                new Command.AnswerAll(
                        List.of(new Command.Either(
                                new Command.Answer("i", Interrupt.Decision.REJECT, null, "no"),
                                new Command.Answer("i", Interrupt.Decision.ACCEPT, "{\"a\":1}", null))),
                        List.of(new Command.ClientResult("t", "seen", false))),
                new Command.Regenerate("m", null, "cp_1", "small"),
                new Command.ScheduleRecall(
                        "x", RecallSchedule.cron("0 9 * * *", "Europe/Berlin"), RecallContext.NONE, RecallTarget.NEW),
                new Command.BeginCall(new RecallCall("t", "r", "search", true, "agent.n.0", 7)),
                new Command.EndCall("rb", "done"),
                new Command.PushCall("t"),
                new Command.PauseRecall("rc"),
                new Command.ResumeRecall("rc", true),
                new Command.Feedback("m", Rating.values()[0], null),
                new Command.Read(7),
                new Command.Keep(),
                new Command.Compact(),
                new Command.Clear());
    }

    private static Stream<CommandResult> results() {
        return Stream.of(
                new CommandResult.Answered(null, List.of("i")),
                new CommandResult.Resumed("r"),
                new CommandResult.Updated("title", true, false, null),
                new CommandResult.Read(7, 2),
                new CommandResult.Rated(Rating.values()[0], "good"));
    }

    private static Stream<BusMessage> others() {
        return Stream.of(
                new NodeMessage.SettingsChanged(),
                new NodeMessage.ShardsFree(),
                new NodeMessage.CatalogChanged("n_1"),
                new NodeMessage.KeyEnded("k_1"),
                new NodeMessage.BudgetSpent("ada", 1_000, new BigDecimal("1.50")),
                new NodeMessage.McpNews("files", "Files", "healthy"),
                new NodeMessage.McpToolsCleared("n_1", "files"),
                new NodeMessage.McpToolsCleared("n_1", null),
                NodeMessage.ConfigNews.reloaded("v_1", List.of("log.flushMs")),
                NodeMessage.ConfigNews.rejected("v_1", List.of("log.flushMs: must be a number")),
                new ShardMessage.ExpireSession("s"),
                new ShardMessage.TitleProposed("s", "r", "A title"),
                new ShardMessage.RunQuestion("s", "r", 1, 2, "agent.n.0", new ShardMessage.Question.AskCovered()),
                new ShardMessage.AgentBatch(
                        "s",
                        "r",
                        3,
                        List.of(),
                        new AgentMessage.RunEnd.Interrupted(
                                List.of(
                                        new AgentMessage.Ask("i", "t", "send", "{}", INQUIRY, List.of(WITHIN)),
                                        new AgentMessage.Ask("i2", "t2", "send", "{}")),
                                new RunUsage(List.of(), new RunUsage.ContextUse(7, null))),
                        "agent.n.0"),
                new AgentMessage.RunRequest(
                        "r",
                        "s",
                        "u",
                        "session.1.2",
                        9,
                        "user",
                        1,
                        new AgentMessage.Resume(
                                "c",
                                List.of(new AgentMessage.Answered(
                                        "t",
                                        new Interrupt.Resolution(
                                                Interrupt.Decision.RESPOND, null, "as told", "ada", 5)))),
                        null,
                        null,
                        null,
                        null,
                        List.of(new ClientTool("screen", "The screen.", "{}"))),
                new AgentMessage.DropInquiries("r"),
                new AgentMessage.PushCall("r", "t"),
                new AgentMessage.CancelCall("r", "rb"),
                new AgentMessage.TitleRequest("r", "s", "u", "session.1.2", 1, 9, true, null),
                request(new Command.Read(1), new Sender(true, List.of("writer"))),
                request(new Command.Read(1), new Sender(false, List.of())));
    }

    private static BusMessage request(Command command) {
        return request(command, null);
    }

    private static BusMessage request(Command command, Sender sender) {
        return new ShardMessage.Request(
                "s", "u", "c", "hash", command, new ShardMessage.ReplyTo("gateway.n.0", 3), "UTC", sender, null);
    }

    private static BusMessage answer(CommandResult result) {
        return new Delivery.Answer(1, 3, new CommandOutcome.Accepted(result, false));
    }
}
