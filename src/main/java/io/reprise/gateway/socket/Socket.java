package io.reprise.gateway.socket;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.reprise.gateway.access.Credentials;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.frame.CommandReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.gateway.http.LingeringClose;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.link.Connection;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.reading.Outbox;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.reading.Subscriptions;
import io.reprise.gateway.socket.ClientFrame.Ask;
import io.reprise.gateway.socket.ClientFrame.Invalid;
import io.reprise.gateway.socket.MessageAssembler.Assembled;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.telemetry.trace.Span;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One WebSocket: reads a client's frames, answers them, and is the receiver of its subscriptions. */
public final class Socket implements Receiver, Connection, SocketDecoder.Reader {
    private static final Logger log = LoggerFactory.getLogger(Socket.class);
    private static final int COMMANDS_PENDING_MAX = 64;

    /** Limit of frames before authentication and after the close. */
    private static final int STRANGERS_BYTES_MAX = 16_384;

    /** Memory of a queued pong, in addition to its payload. */
    private static final int PONG_BYTES = 128;

    /** Most written frames that wait until they are handed to the operating system. */
    private static final int FLUSHED_FRAMES_MAX = 64;

    private static final Failure TOO_MANY_COMMANDS =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many commands are pending on this socket.");
    private static final Failure TOO_MANY_SESSIONS =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "This socket is attached to the maximum number of sessions.");

    private final SocketParts parts;
    private final String connection;
    private final ServerWebSocket webSocket;
    private final Upgrade upgrade;
    private final FrameReader reader;
    private final MessageAssembler assembler = new MessageAssembler();
    private final SocketDecoder decoder;
    private final Unfinished unfinished;
    private final Outbox outbox;
    private final Liveness liveness;
    private final RateLimits.Frames frames;
    private final SocketIdentity identity;
    private int commandsPending;
    private boolean closed;

    /**
     * Data of the upgrade request.
     *
     * @param session may be null
     * @param handlers handlers of its connection
     */
    public record Upgrade(Credentials credentials, String session, ChannelPipeline handlers) {}

    /** Call this at the moment of the upgrade, because the socket must see all data from then on. */
    Socket(SocketParts parts, String connection, ServerWebSocket webSocket, Upgrade upgrade) {
        this.parts = parts;
        this.connection = connection;
        this.webSocket = webSocket;
        this.upgrade = upgrade;
        this.reader = new FrameReader(new CommandReader(
                parts.current().map(now -> now.sessions().textBytesMax()),
                parts.current().map(now -> now.tools().client())));
        this.decoder = SocketDecoder.install(
                upgrade.handlers(), parts.settings().server().frameBytesMax(), this);
        flushTogether(upgrade.handlers());
        this.unfinished = new Unfinished(
                parts.intake().held(upgrade.credentials().address()),
                parts.settings().limits().receiveMs());
        this.outbox = new Outbox(
                this::write,
                parts.settings().server(),
                parts.clock(),
                parts.metrics()::queued,
                () -> {
                    parts.notices().drained(this);
                    parts.subscriptions().drained(this);
                },
                () -> left("client"));
        this.frames = parts.limits().frames();
        this.identity = new SocketIdentity(parts, upgrade.credentials(), webSocket, new Owner());
        this.liveness = new Liveness(parts.settings().server(), parts.clock().elapsedMs());
    }

    /**
     * Hands frames that are written in one turn of the event loop to the operating system together. A close must be
     * able to send what was written before it at once.
     */
    private static void flushTogether(ChannelPipeline handlers) {
        String close = handlers.context(LingeringClose.class).name();
        handlers.addAfter(close, "flushes", new FlushConsolidationHandler(FLUSHED_FRAMES_MAX, true));
    }

    /** @param gone called once, when the connection has ended */
    void open(Runnable gone) {
        parts.metrics().connected();
        webSocket.frameHandler(this::received);
        webSocket.exceptionHandler(this::broken);
        webSocket.closeHandler(ended -> {
            left("client");
            unfinished.end();
            gone.run();
            note("socket closed");
        });
    }

    /** Call this instead of {@link #open}. */
    void refuse(CloseCode code) {
        closed = true;
        decoder.closing();
        webSocket.closeHandler(ended -> unfinished.end());
        webSocket.close(code.code(), code.reason());
    }

    // --- what comes in

    @Override
    public void unfinished(int bytes) {
        long nowMs = parts.clock().elapsedMs();
        liveness.received(nowMs);
        long held = (long) assembler.bytes() + bytes;
        boolean little = closed || !identity.isKnown();
        if (little && held > STRANGERS_BYTES_MAX) giveUp(CloseCode.TOO_LARGE);
        else if (!unfinished.holds(held, decoder.waitingBytes(), nowMs)) giveUp(CloseCode.TOO_MANY_REQUESTS);
    }

    /** Closes the socket and discards further data. */
    private void giveUp(CloseCode code) {
        close(code);
        decoder.discard();
        assembler.clear();
        unfinished.end();
    }

    @Override
    public void pinged(Buffer payload) {
        if (heard() && !outbox.answer(PONG_BYTES + payload.length(), webSocket.writePong(payload))) {
            close(CloseCode.TOO_SLOW);
        }
    }

    /** Counts a frame. Returns false if the frame must be ignored. */
    private boolean heard() {
        if (closed) return false;
        liveness.received(parts.clock().elapsedMs());
        if (frames.take()) return true;
        close(CloseCode.TOO_MANY_REQUESTS);
        return false;
    }

    private void received(WebSocketFrame frame) {
        try {
            if (heard()) read(frame);
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("connection", connection).log("socket failed");
            close(CloseCode.INTERNAL);
        } finally {
            if (isContent(frame)) decoder.taken(frame.binaryData().length());
        }
    }

    private void read(WebSocketFrame frame) {
        switch (assembler.add(frame, messageBytesMax())) {
            case Assembled.Text text -> {
                unfinished.whole();
                message(text.text());
            }
            case Assembled.Faulty faulty -> {
                assembler.clear();
                close(faulty.code());
            }
            case Assembled.Nothing nothing -> {}
        }
    }

    private static boolean isContent(WebSocketFrame frame) {
        return switch (frame.type()) {
            case TEXT, BINARY, CONTINUATION -> true;
            case PING, PONG, CLOSE -> false;
        };
    }

    private int messageBytesMax() {
        int bytesMax = parts.settings().server().frameBytesMax();
        return !identity.isKnown() ? Math.min(bytesMax, STRANGERS_BYTES_MAX) : bytesMax;
    }

    private void message(String text) {
        JsonObject json;
        try {
            json = new JsonObject(text);
        } catch (DecodeException e) {
            close(CloseCode.MALFORMED);
            return;
        }
        ClientFrame frame = reader.read(json);
        if (!identity.isKnown()) greet(frame);
        else if (identity.end() == null) serve(frame);
        else close(identity.end());
    }

    private void greet(ClientFrame frame) {
        if (frame instanceof ClientFrame.Hello hello) identity.hello(hello);
        else if (frame instanceof Invalid invalid && FrameReader.HELLO.equals(invalid.type())) refuse(invalid);
        else close(CloseCode.NO_HELLO);
    }

    private void serve(ClientFrame frame) {
        switch (frame) {
            case ClientFrame.Hello again -> fail(again.id(), null, Failure.badRequest("`hello` was already received."));
            case ClientFrame.Token token -> identity.replaceToken(token);
            case ClientFrame.Attach attach ->
                attach(attach.id(), new Reading(attach.session(), identity.user(), attach.cursor()));
            case ClientFrame.Detach detach -> {
                parts.subscriptions().detach(this, detach.session());
                answer(ServerFrames.result(detach.id(), Map.of()));
            }
            case ClientFrame.Ping ping -> answer(ServerFrames.pong(ping.id()));
            case Ask ask -> command(ask);
            case Invalid invalid -> refuse(invalid);
        }
    }

    private void attach(String id, Reading reading) {
        Subscriptions subscriptions = parts.subscriptions();
        boolean more = !subscriptions.reads(this, reading.session());
        if (more && subscriptions.count(this) >= parts.settings().server().subscriptionsMax()) {
            fail(id, reading.session(), TOO_MANY_SESSIONS);
            return;
        }
        parts.authenticator()
                .refusal(identity.get(), false)
                .or(() -> parts.commands().attaches(identity.user()))
                .ifPresentOrElse(
                        tooOften -> fail(id, reading.session(), tooOften),
                        () -> subscriptions.attach(this, reading, id));
    }

    private void command(Ask ask) {
        if (commandsPending >= COMMANDS_PENDING_MAX) {
            fail(ask.id(), ask.session(), TOO_MANY_COMMANDS);
            return;
        }
        Optional<Failure> refusal = parts.authenticator().refusal(identity.get(), true);
        if (refusal.isPresent()) {
            fail(ask.id(), ask.session(), refusal.get());
            return;
        }
        Asked asked = (ask.command() instanceof Command.Create create
                        ? Asked.create(identity.user(), ask.id(), create)
                        : new Asked(ask.session(), identity.user(), ask.id(), ask.command()))
                .in(identity.zone())
                .by(identity.get().sender());
        commandsPending++;
        Span span = CommandSpan.begin(parts.tracing(), ask, asked);
        parts.commands().ask(asked.because(CommandSpan.cause(ask, span)), outcome -> {
            CommandSpan.end(span, outcome);
            answered(ask, outcome);
        });
    }

    private void answered(Ask ask, CommandOutcome outcome) {
        commandsPending--;
        answer(ServerFrames.outcome(ask.id(), ask.session(), outcome));
    }

    private void broken(Throwable cause) {
        // A client that disconnected has broken no rule and cannot be answered; the end of its connection follows.
        if (closed || cause instanceof IOException || cause instanceof HttpClosedException) return;
        boolean tooLarge = String.valueOf(cause.getMessage()).startsWith("Max frame length");
        close(tooLarge ? CloseCode.TOO_LARGE : CloseCode.PROTOCOL);
    }

    // --- what goes out

    @Override
    public boolean full() {
        return outbox.full();
    }

    @Override
    public void frame(Frame frame) {
        if (!closed) outbox.push(frame.text());
    }

    private void answer(String text) {
        if (!closed && !outbox.answer(text)) close(CloseCode.TOO_SLOW);
    }

    private void refuse(Invalid invalid) {
        fail(invalid.id(), invalid.session(), invalid.failure());
    }

    private void fail(String id, String session, Failure failure) {
        answer(ServerFrames.error(id, session, failure));
    }

    private Future<Void> write(String part, boolean first, boolean last) {
        return webSocket.writeFrame(
                first
                        ? WebSocketFrame.textFrame(part, last)
                        : WebSocketFrame.continuationFrame(Buffer.buffer(part), last));
    }

    /** What its identity asks of it. */
    private final class Owner implements SocketIdentity.Owner {
        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public boolean admits(Identity known) {
            boolean room = parts.limits().userCame(known.user());
            if (!room) Socket.this.close(CloseCode.TOO_MANY_CONNECTIONS);
            return room;
        }

        @Override
        public void identified(Identity known) {
            parts.notices().admin(Socket.this, known.isAdmin());
        }

        @Override
        public void welcome(String id) {
            parts.notices().came(identity.user(), Socket.this);
            Socket.this.answer(Welcome.text(parts, id, connection, identity.get()));
            note("socket opened");
            if (upgrade.session() == null) return;
            if (Fields.isId(upgrade.session())) {
                attach(null, new Reading(upgrade.session(), identity.user(), null));
            } else {
                Socket.this.fail(null, upgrade.session(), Failure.notFound());
            }
        }

        @Override
        public void answer(String text) {
            Socket.this.answer(text);
        }

        @Override
        public void fail(String id, Failure failure) {
            Socket.this.fail(id, null, failure);
        }

        @Override
        public void close(CloseCode code) {
            Socket.this.close(code);
        }
    }

    // --- what time brings

    @Override
    public void tick() {
        if (closed) return;
        long nowMs = parts.clock().elapsedMs();
        if (outbox.stalled()) close(CloseCode.TOO_SLOW);
        else if (liveness.silent(nowMs)) close(CloseCode.SILENT);
        else if (unfinished.overdue(nowMs)) giveUp(CloseCode.TOO_SLOW);
        else if (!identity.isKnown()) tickBeforeHello(nowMs);
        else if (identity.end() != null) close(identity.end());
        else if (liveness.beatDue(nowMs))
            answer(ServerFrames.beat(parts.subscriptions().sent(this)));
        if (!closed && liveness.pingDue(nowMs)) webSocket.writePing(Buffer.buffer());
        if (!closed) identity.tick();
    }

    private void tickBeforeHello(long nowMs) {
        if (liveness.helloOverdue(nowMs)) close(CloseCode.NO_HELLO);
    }

    @Override
    public Future<Void> goAway(long afterMs) {
        if (identity.isKnown()) answer(ServerFrames.goaway(afterMs));
        return close(CloseCode.SHUTDOWN);
    }

    /** Completes when the connection has ended. */
    Future<Void> close(CloseCode code) {
        if (closed) return Future.succeededFuture();
        log.atInfo()
                .addKeyValue("connection", connection)
                .addKeyValue("user", identity.user())
                .addKeyValue("code", code.code())
                .addKeyValue("reason", code.reason())
                .log("closing socket");
        left(Integer.toString(code.code()));
        decoder.closing();
        return webSocket.close(code.code(), code.reason());
    }

    /** @param how the close code, or {@code client} if the client disconnected */
    private void left(String how) {
        if (closed) return;
        closed = true;
        if (identity.isKnown()) {
            parts.limits().userLeft(identity.user());
            parts.notices().left(identity.user(), this);
        }
        parts.metrics().disconnected(how);
        parts.subscriptions().closed(this);
    }

    private void note(String event) {
        log.atDebug()
                .addKeyValue("connection", connection)
                .addKeyValue("user", identity.user())
                .log(event);
    }
}
