package io.reprise.client.chat;

import io.reprise.client.CommandException;
import io.reprise.client.SessionListener;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A conversation with a person at a terminal, on the client's context. */
final class TerminalChat implements SessionListener {
    private static final int SHOWN_OF_HISTORY = 10;
    private static final int INTERRUPTED = 130;
    private static final int IDS_MAX = 10_000;

    private final Screen screen;
    private final BiFunction<String, JsonObject, Future<JsonObject>> commands;
    private final IntConsumer leave;
    private final ToolCalls calls = new ToolCalls();
    private final Set<String> users = new HashSet<>();
    private final Set<String> ownIds = new HashSet<>();
    private final Deque<JsonObject> interrupts = new ArrayDeque<>();
    private String run;
    private boolean stopAsked;

    /**
     * @param commands sends a command of this session: its type and its fields
     * @param leave ends the program with this exit code
     */
    TerminalChat(Screen screen, BiFunction<String, JsonObject, Future<JsonObject>> commands, IntConsumer leave) {
        this.screen = screen;
        this.commands = commands;
        this.leave = leave;
    }

    // --- from the person

    void typed(String line) {
        if (line.isBlank()) {
            prompt();
        } else if (interrupts.isEmpty()) {
            if (ownIds.size() >= IDS_MAX) ownIds.clear();
            String id = UUID.randomUUID().toString();
            ownIds.add(id);
            tell(commands.apply("send", new JsonObject().put("id", id).put("text", line)), sent -> {
                if ("queued".equals(sent.getString("status"))) screen.note("waits for its turn");
            });
        } else {
            decide(interrupts.peek(), line);
        }
    }

    private void decide(JsonObject interrupt, String line) {
        try {
            JsonObject answer = Decision.read(interrupt, line);
            tell(commands.apply("answer", answer), nothing -> decided(interrupt.getString("id")));
        } catch (IllegalArgumentException e) {
            screen.note(e.getMessage());
            prompt();
        }
    }

    /** Ctrl-C: stops the run; if there is none, or it was asked to stop, leaves. */
    void interrupted() {
        if (run == null && interrupts.isEmpty() || stopAsked) {
            screen.freshLine();
            leave.accept(INTERRUPTED);
            return;
        }
        stopAsked = true;
        screen.note("stopping; Ctrl-C again leaves");
        tell(commands.apply("stop", new JsonObject()), stopped -> {});
    }

    private void tell(Future<JsonObject> answer, Consumer<JsonObject> accepted) {
        answer.onSuccess(accepted::accept).onFailure(failure -> {
            screen.note(
                    failure instanceof CommandException refusal
                            ? "refused, " + refusal.code() + ": " + refusal.getMessage()
                            : String.valueOf(failure.getMessage()));
            prompt();
        });
    }

    // --- from the server

    @Override
    public void attached(JsonObject verdict) {
        run = verdict.getString("run");
        interrupts.clear();
        for (Object each : verdict.getJsonArray("interrupts", new JsonArray())) interrupts.add((JsonObject) each);
        if (verdict.getString("mode").equals("reset")) screen.note("the conversation has changed");
    }

    @Override
    public void snapshot(JsonObject snapshot) {
        JsonArray messages = snapshot.getJsonArray("messages");
        for (int i = Math.max(0, messages.size() - SHOWN_OF_HISTORY); i < messages.size(); i++) {
            JsonObject message = messages.getJsonObject(i);
            String role = message.getString("role", "");
            String text = ToolCalls.text(message.getValue("content"));
            if (text.isBlank() || !role.matches("user|assistant")) continue;
            screen.freshLine();
            screen.write((role.equals("user") ? "> " : "") + text + "\n");
        }
        JsonObject active = snapshot.getJsonObject("run");
        if (active == null) return;
        for (Object open : active.getJsonArray("open", new JsonArray())) {
            if ("assistant".equals(((JsonObject) open).getString("role")))
                screen.write(((JsonObject) open).getString("text"));
        }
    }

    @Override
    public void live(long seq) {
        if (run == null) prompt();
    }

    @Override
    public void event(JsonObject frame) {
        JsonObject event = frame.getJsonObject("event");
        if (event.containsKey("subagentRunId")) return; // the work of another agent for the one that answers
        String message = event.getString("messageId");
        switch (event.getString("type")) {
            case "RUN_STARTED" -> {
                run = event.getString("runId");
                stopAsked = false;
            }
            case "TEXT_MESSAGE_START" -> begins(event, message);
            case "TEXT_MESSAGE_CONTENT" -> {
                if (!users.contains(message)) screen.write(event.getString("delta"));
            }
            case "TEXT_MESSAGE_END" -> users.remove(message);
            case "RUN_FINISHED" -> finished(event.getJsonObject("outcome"));
            case "RUN_ERROR" -> {
                screen.note("error, " + event.getString("code") + ": " + event.getString("message"));
                ended();
            }
            case "CUSTOM" -> custom(event.getString("name"), event.getJsonObject("value"));
            default ->
                calls.take(event).ifPresent(line -> {
                    screen.freshLine();
                    screen.write("[" + line + "]\n");
                });
        }
    }

    private void begins(JsonObject event, String message) {
        screen.freshLine();
        if (!"user".equals(event.getString("role"))) return;
        String command = event.getJsonObject("metadata", new JsonObject()).getString("command");
        if (command != null && ownIds.remove(command)) users.add(message);
        else screen.write("> "); // written elsewhere, or by a reminder
    }

    private void custom(String name, JsonObject value) {
        if (name.equals("interrupt.resolved")) decided(value.getString("interrupt"));
        if (name.equals("run.restarted"))
            screen.note("the server was restarted; the answer goes on from its last step");
        if (name.equals("history.rewound")) screen.note("the conversation was rewound");
    }

    private void finished(JsonObject outcome) {
        if (outcome.getString("type").equals("cancelled")) screen.note("stopped");
        for (Object each : outcome.getJsonArray("interrupts", new JsonArray())) interrupts.add((JsonObject) each);
        ended();
    }

    private void ended() {
        run = null;
        stopAsked = false;
        prompt();
    }

    private void decided(String id) {
        boolean first =
                !interrupts.isEmpty() && interrupts.peek().getString("id").equals(id);
        interrupts.removeIf(interrupt -> interrupt.getString("id").equals(id));
        if (first && !interrupts.isEmpty()) prompt();
    }

    @Override
    public void notice(JsonObject frame) {
        if (!frame.getString("kind").equals("session.deleted")) return;
        screen.error("the session was deleted");
        leave.accept(1);
    }

    @Override
    public void failed(CommandException error) {
        screen.error("the session cannot be read, " + error.code() + ": " + error.getMessage());
        leave.accept(1);
    }

    private void prompt() {
        screen.freshLine();
        screen.write(interrupts.isEmpty() ? "> " : Decision.question(interrupts.peek()));
    }
}
