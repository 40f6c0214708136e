package io.reprise.message.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.BusMessage;
import io.reprise.message.Cause;
import io.reprise.message.ClientTool;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.Json;
import io.reprise.message.NodeMessage;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.UserNotices;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.EventFrame;
import io.reprise.message.log.EventJsonTest;
import io.reprise.message.opening.EarlierMessage;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallInfo;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecalledFrom;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BusCodecTest {
    private static final Part IMAGE = new Part.File("image", "at_1", "cat.png", "image/png", 5L, 2, 1);
    private static final Part LATER = new Part.Unknown("audio", "{\"type\":\"audio\",\"attachment\":\"at_1\"}");
    private static final Reader READER = new Reader("gateway.n.0", 7);
    private static final Failure FAILURE = Failure.of(ErrorCode.QUEUE_FULL, "Too many.");
    private static final EventFrame FRAME = new EventFrame(3, 5, "{\"type\":\"event\"}");

    private static final Interrupt INTERRUPT = new Interrupt("i", "r", "t", "send", "{}", 1, 2, null);
    private static final Recall RECALL = new Recall(
            "rc",
            "s",
            "u",
            "stretch",
            RecallSchedule.cron("0 9 * * *", "Europe/Berlin"),
            Recall.Status.PENDING,
            1_000,
            2_000,
            1,
            2,
            3,
            null,
            500);

    static List<BusMessage> messages() {
        return Stream.concat(ofSessions().stream(), OtherMessages.all().stream())
                .toList();
    }

    private static List<BusMessage> ofSessions() {
        return List.of(
                new NodeMessage.WhoOwns("gateway.n.0"),
                new NodeMessage.Drain(10, 20),
                new NodeMessage.Drained(1, 2, 3),
                new NodeMessage.WhatIsHeld(),
                new NodeMessage.HowIsNode(),
                new NodeMessage.NodeState("1a2b", 6, 1, 2, 3, 4, 5),
                new NodeMessage.LookForJobs(),
                new NodeMessage.Held(1, 2, 3, 4),
                new UserNotices(List.of(
                        new UserNotices.Notice("u", "s", UserNotices.Kind.RUN_ENDED, "title", "preview"),
                        UserNotices.Notice.webhookOff("u", "wh_1", "phone"),
                        new UserNotices.Notice("u", "s", UserNotices.Kind.SESSION_CHANGED, null, null))),
                new ShardMessage.Attach("s", "u", READER, new Cursor("e", 4)),
                new ShardMessage.Attach("s", "u", READER, null),
                new ShardMessage.Detach("s", READER),
                new ShardMessage.Pull("s", READER, 1, 2),
                new ShardMessage.PullSnapshot("s", READER, 1, 2, -1),
                request(new Command.Create("agent", "title", Map.of("k", 1))),
                request(new Command.Create(
                        null,
                        null,
                        null,
                        List.of(
                                EarlierMessage.ofUser("hello"),
                                EarlierMessage.ofAssistant("", List.of(new EarlierMessage.Call("c1", "zoom", "{}"))),
                                EarlierMessage.ofTool("c1", "zoomed")))),
                request(new Command.Proceed(List.of(new ClientTool("zoom", "", "{}")))),
                request(new Command.Send("text", Command.OnBusy.REJECT)),
                request(new Command.Send(Content.of("see", List.of(IMAGE, LATER)), Command.OnBusy.QUEUE)),
                request(new Command.Stop("r", Command.Scope.ALL)),
                request(new Command.Stop("r", Command.Scope.RUN, "admin")),
                request(new Command.Unqueue("m")),
                request(new Command.Requeue("m", "text")),
                request(new Command.Delete()),
                request(new Command.ScheduleRecall("text", RecallSchedule.natural("tomorrow", "Europe/Berlin"))),
                request(new Command.EditRecall("rc", null, RecallSchedule.delay(10))),
                request(new Command.SkipRecall("rc")),
                request(new Command.CancelRecall("rc")),
                request(new Command.ListRecalls()),
                new ShardMessage.Fire("s", "rc", 1_000),
                new Delivery.Answer(1, 3, new CommandOutcome.Accepted(new CommandResult.Recalled(RECALL), false)),
                new Delivery.Answer(
                        1, 3, new CommandOutcome.Accepted(new CommandResult.Recalls(List.of(RECALL)), false)),
                new ShardMessage.AgentBatch(
                        "s", "r", 1, EventJsonTest.events(), new AgentMessage.RunEnd.Failed(FAILURE), "agent.n.0"),
                new ShardMessage.AgentBatch(
                        "s", "r", 1, List.of(), new AgentMessage.RunEnd.Finished(List.of()), "agent.n.0"),
                new ShardMessage.AgentBatch("s", "r", 1, List.of(), new AgentMessage.RunEnd.Cancelled(), "agent.n.0"),
                new ShardMessage.RunQuestion("s", "r", 1, 2, "agent.n.0", new ShardMessage.Question.AskSteering()),
                new ShardMessage.RunQuestion("s", "r", 2, 2, "agent.n.0", new ShardMessage.Question.Keep("c", 7)),
                new ShardMessage.ExpireInterrupts("s"),
                new ShardMessage.EraseSession("s"),
                new AgentMessage.RunAnswer(
                        "r",
                        1,
                        new AgentMessage.Answer.Steering(List.of(new AgentMessage.SteeredMessage("m", "left")))),
                new AgentMessage.RunAnswer(
                        "r",
                        1,
                        new AgentMessage.Answer.Steering(List.of(
                                new AgentMessage.SteeredMessage("m", Content.of("see", List.of(IMAGE, LATER)), null)))),
                new AgentMessage.RunAnswer("r", 2, new AgentMessage.Answer.Covered(7)),
                new AgentMessage.RunAnswer("r", 3, new AgentMessage.Answer.Kept()),
                new ShardMessage.RunBeatAnswer("s", "r", true, 3),
                new ShardMessage.GatewayBeat(1, "gateway.n.0", List.of(new ShardMessage.Subscribed("s", 7))),
                new Delivery.ShardOwned(1, 2, "n1"),
                new Delivery.Verdict(
                        "s",
                        1,
                        "e",
                        7,
                        Delivery.Mode.SNAPSHOT,
                        new Delivery.Attached(
                                9,
                                1,
                                false,
                                Delivery.Reason.TRIMMED,
                                List.of(2L, 3L),
                                "r",
                                new Delivery.LastRun("r0", "error", ErrorCode.TIMEOUT),
                                List.of(new QueuedMessage("m", "t", "queue", "u", "2026-01-01T00:00:00Z", "c")),
                                List.of(INTERRUPT.info()),
                                List.of(RecallInfo.of(RECALL)))),
                new Delivery.AttachRefused("s", 1, 7, FAILURE),
                new Delivery.EventPage("s", 1, "e", 7, 1, List.of(FRAME), true),
                new Delivery.SnapshotPage("s", 1, "e", 7, 1, 2, 9, true, "{}"),
                new Delivery.LiveEvents("s", 1, "e", List.of(FRAME)),
                new Delivery.Heads(1, 2, List.of(new Delivery.Head("s", "e", 9)), List.of(7L)),
                new Delivery.UnknownSubscription("s", 1, 7),
                new Delivery.SessionDropped("s", 1),
                new Delivery.Notice("s", 1, Delivery.Notice.SESSION_DELETED, Map.of("session", "s")),
                answer(new CommandOutcome.Refused(FAILURE)),
                answer(new CommandOutcome.Accepted(new CommandResult.Created("s", "e"), true)),
                answer(new CommandOutcome.Accepted(
                        new CommandResult.Sent("m", CommandResult.Status.QUEUED, null), false)),
                answer(new CommandOutcome.Accepted(new CommandResult.Stopped(List.of("r"), List.of()), false)),
                answer(new CommandOutcome.Accepted(new CommandResult.Done(), false)),
                new AgentMessage.RunRequest("r", "s", "u", "session.1.2", 9, "recall"),
                new AgentMessage.RunRequest(
                        "r",
                        "s",
                        "u",
                        "session.1.2",
                        9,
                        "user",
                        2,
                        AgentMessage.Resume.from("c"),
                        "writer",
                        "v_1",
                        new RecalledFrom("s_0", 7, RecallContext.LAST),
                        new Cause("q_1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "r_0")),
                new AgentMessage.StopRun("r"),
                new AgentMessage.SuspendRun("r"),
                new AgentMessage.BatchAck("r", 4, true, 2),
                new AgentMessage.RunBeat("r", "s", "session.1.2", 4));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void every_message_survives_encoding_and_decoding(BusMessage message) {
        BusCodec codec = new BusCodec();
        Buffer wire = Buffer.buffer("before");

        codec.encodeToWire(wire, message);

        assertThat(codec.decodeFromWire("before".length(), wire)).isEqualTo(message);
    }

    /** So that a new message is tried, too: it would be lost silently between nodes if it did not survive. */
    @Test
    void every_type_of_message_is_among_them() {
        Set<Class<?>> tried = new HashSet<>();
        messages().forEach(message -> collect(message, tried));

        assertThat(tried).containsAll(Json.families());
    }

    private static void collect(Object value, Set<Class<?>> types) {
        switch (value) {
            case null -> {}
            case List<?> list -> list.forEach(each -> collect(each, types));
            case Record message -> {
                types.add(message.getClass());
                for (RecordComponent part : message.getClass().getRecordComponents()) {
                    collect(valueOf(part, message), types);
                }
            }
            default -> {}
        }
    }

    private static Object valueOf(RecordComponent part, Object message) {
        try {
            part.getAccessor().setAccessible(true);
            return part.getAccessor().invoke(message);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static ShardMessage.Request request(Command command) {
        return new ShardMessage.Request("s", "u", "c", "hash", command, new ShardMessage.ReplyTo("gateway.n.0", 3));
    }

    private static Delivery.Answer answer(CommandOutcome outcome) {
        return new Delivery.Answer(1, 3, outcome);
    }
}
