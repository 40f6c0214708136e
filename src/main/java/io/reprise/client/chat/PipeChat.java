package io.reprise.client.chat;

import io.reprise.client.CommandException;
import io.reprise.client.SessionListener;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One question whose answer is printed when it is complete, and nothing else: what a run showed before a crash of the server may
 * be superseded.
 */
final class PipeChat implements SessionListener {
    private record Piece(long seq, String message, String text) {}

    /** How the answer ended: its text, or why there is none. */
    record Answer(String text, String failure) {}

    private final String command;
    private final Runnable ask;
    private final Consumer<Answer> done;
    private boolean asked;
    private final Set<String> users = new HashSet<>();
    private final List<Piece> pieces = new ArrayList<>();
    private String run;

    /**
     * @param command id of the command that asks the question
     * @param ask sends it
     */
    PipeChat(String command, Runnable ask, Consumer<Answer> done) {
        this.command = command;
        this.ask = ask;
        this.done = done;
    }

    @Override
    public void live(long seq) {
        if (asked) return;
        asked = true;
        ask.run();
    }

    @Override
    public void event(JsonObject frame) {
        JsonObject event = frame.getJsonObject("event");
        if (event.containsKey("subagentRunId")) return;
        String type = event.getString("type");
        if (type.equals("TEXT_MESSAGE_START") && "user".equals(event.getString("role"))) begins(frame, event);
        if (run == null || !run.equals(frame.getString("run"))) return;
        switch (type) {
            case "TEXT_MESSAGE_CONTENT" -> {
                String message = event.getString("messageId");
                if (!users.contains(message))
                    pieces.add(new Piece(frame.getLong("seq"), message, event.getString("delta")));
            }
            case "CUSTOM" -> {
                if (event.getString("name").equals("run.restarted")) {
                    long toSeq = event.getJsonObject("value").getLong("toSeq");
                    pieces.removeIf(piece -> piece.seq() > toSeq);
                }
            }
            case "RUN_ERROR" -> failed(event.getString("code") + ": " + event.getString("message"));
            case "RUN_FINISHED" -> finished(event.getJsonObject("outcome").getString("type"));
            default -> {} // not a part of the answer
        }
    }

    private void begins(JsonObject frame, JsonObject event) {
        users.add(event.getString("messageId"));
        JsonObject about = event.getJsonObject("metadata", new JsonObject());
        if (command.equals(about.getString("command"))) run = frame.getString("run");
    }

    private void finished(String outcome) {
        if (outcome.equals("success")) done.accept(new Answer(text(), null));
        else failed("the run ended without a complete answer: " + outcome);
    }

    /** Each message on lines of its own. */
    private String text() {
        StringBuilder text = new StringBuilder();
        String message = null;
        for (Piece piece : pieces) {
            if (message != null && !message.equals(piece.message())) text.append('\n');
            message = piece.message();
            text.append(piece.text());
        }
        return text.toString();
    }

    /** The log is another one, for example because somebody cleared the session. */
    @Override
    public void attached(JsonObject verdict) {
        if (run != null && !verdict.getString("mode").equals("replay")) failed("the session has changed meanwhile");
    }

    @Override
    public void failed(CommandException error) {
        failed(error.code() + ": " + error.getMessage());
    }

    @Override
    public void notice(JsonObject frame) {
        if (frame.getString("kind").equals("session.deleted")) failed("the session was deleted");
    }

    private void failed(String why) {
        done.accept(new Answer(null, why));
    }
}
