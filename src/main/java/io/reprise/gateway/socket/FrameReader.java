package io.reprise.gateway.socket;

import io.reprise.gateway.frame.CommandReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.socket.ClientFrame.Invalid;
import io.reprise.message.Command;
import io.reprise.message.Cursor;
import io.reprise.message.Failure;
import io.reprise.support.ZoneNames;
import io.reprise.telemetry.trace.TraceParent;
import io.vertx.core.json.JsonObject;

/** Parses the frames of section 2.1 of the protocol. Unknown keys are ignored. */
final class FrameReader {
    static final String HELLO = "hello";
    private static final int TOKEN_CHARS_MAX = 8_192;

    private final CommandReader commands;

    FrameReader(CommandReader commands) {
        this.commands = commands;
    }

    ClientFrame read(JsonObject json) {
        Fields fields = new Fields(json);
        String type = json.getValue("type") instanceof String name ? name : null;
        String id = fields.id("id");
        if (fields.fault() != null) return new Invalid(type, null, null, fields.fault());
        ClientFrame frame = read(type, id, fields);
        if (fields.fault() == null) return frame;
        return new Invalid(type, id, session(json), fields.fault());
    }

    private ClientFrame read(String type, String id, Fields fields) {
        return switch (type) {
            case HELLO -> hello(id, fields);
            case "token" -> new ClientFrame.Token(id, token(fields));
            case "attach" -> new ClientFrame.Attach(id, fields.id("session"), cursor(fields));
            case "detach" -> new ClientFrame.Detach(id, fields.id("session"));
            case "ping" -> new ClientFrame.Ping(id);
            case null -> unknown(fields, Failure.badRequest("`type` must be a text."));
            default -> command(type, id, fields);
        };
    }

    private ClientFrame hello(String id, Fields fields) {
        Long version = fields.optionalSeq("version");
        if (version == null) fields.wrong("version", "must be an integer");
        int known = version == null ? 0 : (int) Math.min(version, Integer.MAX_VALUE);
        return new ClientFrame.Hello(id, known, fields.optionalText("token", TOKEN_CHARS_MAX), zone(fields));
    }

    /** Ignores unknown zones, so that a browser with a newer list of zones can connect. */
    private static String zone(Fields fields) {
        String zone = fields.optionalText("zone", ZoneNames.CHARS_MAX);
        return ZoneNames.isKnown(zone) ? zone : null;
    }

    private ClientFrame command(String type, String id, Fields fields) {
        if (!CommandReader.TYPES.contains(type)) return unknown(fields, Failure.badRequest("Unknown `type`."));
        String session = type.equals(CommandReader.CREATE) ? null : fields.id("session");
        Command command = commands.read(type, fields);
        return new ClientFrame.Ask(id, session, command, fields.textIfAny(TraceParent.HEADER));
    }

    private static String token(Fields fields) {
        String token = fields.optionalText("token", TOKEN_CHARS_MAX);
        if (token == null) fields.wrong("token", "must be a string");
        return token;
    }

    private static Cursor cursor(Fields fields) {
        String epoch = fields.optionalEpoch("epoch");
        Long after = fields.optionalSeq("after");
        if (epoch == null && after == null) return null;
        if (epoch != null && after != null) return new Cursor(epoch, after);
        fields.fault(Failure.badRequest("`epoch` and `after` come together or not at all."));
        return null;
    }

    private static ClientFrame unknown(Fields fields, Failure failure) {
        fields.fault(failure);
        return null;
    }

    /** The session for the answer to an invalid frame. */
    private static String session(JsonObject json) {
        return new Fields(json).optionalId("session");
    }
}
