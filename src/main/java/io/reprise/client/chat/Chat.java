package io.reprise.client.chat;

import io.reprise.client.ClientListener;
import io.reprise.client.ClientOptions;
import io.reprise.client.ConnectionState;
import io.reprise.client.Cursor;
import io.reprise.client.RepriseClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** The program of {@code scripts/chat}, which has its options. Exit code: 0, or 1 without a complete answer, with the reason on stderr. */
public final class Chat implements ClientListener {
    /** Longest time without a connection after which a question in a pipe is given up. */
    private static final long AWAY_MS = 300_000;

    private static final int QUESTION_CHARS_MAX = 1_048_576;

    private final ChatOptions options;
    private final boolean terminal;
    private final Screen screen = new Screen(stream(FileDescriptor.out), stream(FileDescriptor.err));
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private RepriseClient client;
    private TerminalChat chat;
    private boolean wasOpen;
    private boolean away;
    private long awayTimer = -1;

    private Chat(ChatOptions options, boolean terminal) {
        this.options = options;
        this.terminal = terminal;
    }

    public static void main(String[] words) throws IOException {
        ChatOptions options;
        try {
            options = ChatOptions.read(words, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("chat: " + e.getMessage());
            System.exit(1);
            return;
        }
        Chat chat = new Chat(options, Boolean.getBoolean("reprise.chat.terminal"));
        System.exit(chat.run());
    }

    private int run() throws IOException {
        if (terminal) {
            InterruptKey.on(() -> context.runOnContext(nothing -> interrupted()));
            context.runOnContext(nothing -> talk());
            Thread.ofPlatform().daemon().start(this::readLines);
        } else {
            String question = question();
            if (question.isBlank()) {
                screen.error("there is no question on standard input");
                return 1;
            }
            context.runOnContext(nothing -> ask(question));
        }
        return end.join();
    }

    // --- in a pipe

    private void ask(String question) {
        String id = UUID.randomUUID().toString();
        connect();
        inSession((session, cursor) -> {
            JsonObject fields = new JsonObject().put("id", id);
            Runnable send = () -> client.send(session, question, fields).onFailure(this::fail);
            client.attach(session, cursor, new PipeChat(id, send, this::answered));
        });
    }

    private void answered(PipeChat.Answer answer) {
        if (answer.failure() != null) {
            leave(1, answer.failure());
            return;
        }
        screen.write(answer.text());
        screen.freshLine();
        end.complete(0);
    }

    private String question() throws IOException {
        char[] buffer = new char[QUESTION_CHARS_MAX];
        int length = 0;
        try (BufferedReader in = input()) {
            for (int read = in.read(buffer); read > 0; read = in.read(buffer, length, buffer.length - length))
                length += read;
        }
        return new String(buffer, 0, length).strip();
    }

    // --- at a terminal

    private void talk() {
        connect();
        inSession((session, cursor) -> {
            if (options.session() == null) screen.note("session " + session);
            chat = new TerminalChat(
                    screen,
                    (type, fields) -> client.command(type, fields.copy().put("session", session)),
                    end::complete);
            client.attach(session, cursor, chat);
        });
    }

    private void readLines() {
        try (BufferedReader in = input()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String typed = line;
                context.runOnContext(nothing -> {
                    if (chat != null) chat.typed(typed);
                    else screen.note("not connected yet");
                });
            }
        } catch (IOException e) {
            // As at the end of the input.
        }
        context.runOnContext(nothing -> {
            screen.freshLine();
            end.complete(0);
        });
    }

    private void interrupted() {
        if (chat == null) end.complete(130);
        else chat.interrupted();
    }

    // --- both

    private void connect() {
        ClientOptions its = new ClientOptions(options.socketUrl())
                .name("reprise-chat")
                .token(new ChatToken(options))
                .watched(() -> true);
        client = RepriseClient.create(vertx, its, this).start();
    }

    private void inSession(BiConsumer<String, Cursor> action) {
        if (options.session() != null) {
            action.accept(options.session(), null);
            return;
        }
        JsonObject fields = new JsonObject();
        if (options.agent() != null) fields.put("agent", options.agent());
        Future<JsonObject> created = client.create(fields);
        created.onSuccess(its -> action.accept(its.getString("session"), new Cursor(its.getString("epoch"), 0)))
                .onFailure(this::fail);
    }

    @Override
    public void state(ConnectionState state) {
        switch (state) {
            case ConnectionState.Connecting connecting -> {}
            case ConnectionState.Open open -> opened();
            case ConnectionState.Waiting waiting -> lost(waiting.reason());
            case ConnectionState.Closed closed ->
                leave(1, closed.reason() + (closed.isFinal() ? " (" + closed.code() + ")" : ""));
        }
    }

    private void opened() {
        vertx.cancelTimer(awayTimer);
        if (away && terminal) screen.note("connected again");
        wasOpen = true;
        away = false;
    }

    private void lost(String reason) {
        if (!wasOpen && !terminal) {
            leave(1, "no connection to " + options.url() + ": " + reason);
        } else if (!away) {
            away = true;
            if (terminal)
                screen.note((wasOpen ? "connection lost" : "no connection to " + options.url() + ": " + reason)
                        + "; trying again");
            else
                awayTimer =
                        vertx.setTimer(AWAY_MS, late -> leave(1, "no connection to " + options.url() + ": " + reason));
        }
    }

    private void fail(Throwable failure) {
        leave(1, failure.getMessage());
    }

    private void leave(int code, String why) {
        if (end.isDone()) return;
        screen.error(why);
        end.complete(code);
    }

    private static BufferedReader input() {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
