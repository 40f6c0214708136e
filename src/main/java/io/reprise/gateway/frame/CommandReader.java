package io.reprise.gateway.frame;

import io.reprise.config.tool.ToolSettings;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Command.Scope;
import io.reprise.message.Failure;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.feedback.Rating;
import io.reprise.support.Current;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the fields of a command from a frame or a REST body. */
public final class CommandReader {
    public static final String CREATE = "create";

    /** Only over REST. */
    public static final String UPDATE = "update";

    /** Only over REST. */
    public static final String CLEAR = "clear";

    /** Only over REST. */
    public static final String KEEP = "keep";

    public static final String COMPACT = "compact";

    public static final String BACKGROUND = "background";

    /** Only over REST. */
    public static final String READ = "read";

    public static final String FEEDBACK = "feedback";

    public static final Set<String> TYPES =
            Set.of(CREATE, "send", "stop", "answer", "unqueue", "requeue", "regenerate", BACKGROUND, FEEDBACK);

    private static final int CALL_CHARS_MAX = 512;
    private static final int NAME_CHARS_MAX = 128;
    private static final int METADATA_BYTES_MAX = 16_384;

    /** More than {@code attachments.perMessageMax} can be. */
    private static final int PARTS_MAX = 20;

    private static final Map<String, String> PART_TYPES =
            Map.of(Part.File.IMAGE, Part.File.IMAGE, Part.File.FILE, Part.File.FILE);

    private static final Map<String, OnBusy> ON_BUSY = Map.of(
            "queue", OnBusy.QUEUE,
            "reject", OnBusy.REJECT,
            "steer", OnBusy.STEER,
            "interrupt", OnBusy.INTERRUPT,
            "rollback", OnBusy.ROLLBACK);
    private static final Map<String, Rating> RATINGS =
            Map.of("up", Rating.UP, "down", Rating.DOWN, "none", Rating.NONE);
    private static final Map<String, Scope> SCOPES = Map.of("run", Scope.RUN, "queued", Scope.QUEUED, "all", Scope.ALL);

    private final Current<Integer> textBytesMax;
    private final AnswerReader answers;
    private final ClientToolReader clientTools;

    /** @param textBytesMax limit of a text, and of arguments as JSON */
    public CommandReader(Current<Integer> textBytesMax, Current<ToolSettings.Client> clientTools) {
        this.textBytesMax = textBytesMax;
        this.clientTools = new ClientToolReader(clientTools);
        this.answers = new AnswerReader(textBytesMax);
    }

    /** Reads a command. Errors are reported by {@code fields}. */
    public Command read(String type, Fields fields) {
        return switch (type) {
            case CREATE ->
                new Command.Create(
                        fields.optionalText("agent", NAME_CHARS_MAX),
                        fields.optionalText("title", Command.TITLE_CHARS_MAX),
                        fields.optionalObject("metadata", METADATA_BYTES_MAX));
            case "send" -> send(fields);
            case "stop" -> new Command.Stop(fields.optionalId("run"), fields.choice("scope", Scope.RUN, SCOPES));
            case "answer" -> fields.has("results") ? clientTools.results(fields) : answers.read(fields);
            case "unqueue" -> new Command.Unqueue(fields.id("message"));
            case UPDATE -> update(fields);
            case "requeue" -> new Command.Requeue(fields.id("message"), text(fields));
            case "regenerate" -> regenerate(fields);
            case FEEDBACK -> feedback(fields);
            case CLEAR -> new Command.Clear();
            case KEEP -> new Command.Keep();
            case COMPACT -> new Command.Compact();
            case BACKGROUND -> new Command.PushCall(call(fields));
            case READ -> read(fields);
            default -> throw new IllegalArgumentException("not a command: " + type);
        };
    }

    /** Ids of calls are made by models. */
    private static String call(Fields fields) {
        String call = fields.optionalText("call", CALL_CHARS_MAX);
        if (call == null) fields.wrong("call", "must be the id of a call");
        return call;
    }

    private static Command read(Fields fields) {
        Long seq = fields.optionalSeq("seq");
        if (seq == null) fields.wrong("seq", "must be an integer from 0 to 2^53 - 1");
        return new Command.Read(seq == null ? 0 : seq);
    }

    /** The session checks the length of the comment. */
    private static Command feedback(Fields fields) {
        String message = fields.id("message");
        Rating rating = fields.choice("rating", null, RATINGS);
        if (rating == null) fields.wrong("rating", "must be up, down or none");
        String given = fields.anyText("comment");
        String comment = given == null || given.isBlank() ? null : given.strip();
        if (comment != null && rating == Rating.NONE) {
            fields.fault(Failure.badRequest("`comment` goes only with `rating` up or down."));
        }
        return new Command.Feedback(message, rating, comment);
    }

    private Command send(Fields fields) {
        List<Part> files = files(fields);
        String text = files.isEmpty() ? text(fields) : shortText(fields);
        Content content = text == null ? null : Content.of(text, files);
        return new Command.Send(
                content,
                fields.choice("onBusy", OnBusy.QUEUE, ON_BUSY),
                fields.optionalText("model", NAME_CHARS_MAX),
                clientTools.tools(fields));
    }

    private static List<Part> files(Fields fields) {
        List<Part> files = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonObject json : fields.optionalObjects("parts", PARTS_MAX)) {
            Fields part = new Fields(json);
            String type = part.choice("type", null, PART_TYPES);
            String id = part.id("attachment");
            if (type == null) part.wrong("type", "of a part must be image or file");
            if (id != null && !ids.add(id)) part.wrong("attachment", "must not be in two parts");
            if (part.fault() != null) fields.fault(part.fault());
            else files.add(new Part.File(type, id));
        }
        return files;
    }

    private Command regenerate(Fields fields) {
        String checkpoint = fields.optionalId("checkpoint");
        if (checkpoint != null && (fields.has("message") || fields.has("text") || fields.has("model"))) {
            fields.fault(Failure.badRequest("`checkpoint` goes with none of `message`, `text` and `model`."));
        }
        String text = fields.has("text") ? text(fields) : null;
        return new Command.Regenerate(
                fields.optionalId("message"), text, checkpoint, fields.optionalText("model", NAME_CHARS_MAX));
    }

    /**
     * A {@code title} of null removes the title that a person gave, a {@code metadata} of null empties it. Absent
     * fields stay unchanged.
     */
    private static Command update(Fields fields) {
        boolean retitled = fields.names("title");
        boolean changed = fields.names("metadata");
        Boolean pinned = fields.optionalBoolean("pinned");
        Boolean archived = fields.optionalBoolean("archived");
        Boolean muted = fields.optionalBoolean("muted");
        String agent = fields.optionalText("agent", NAME_CHARS_MAX);
        if (!retitled && !changed && pinned == null && archived == null && muted == null && agent == null) {
            fields.fault(Failure.badRequest("Specify `title`, `agent`, `metadata`, `pinned`, `archived` or `muted`."));
        }
        Map<String, Object> metadata = fields.optionalObject("metadata", METADATA_BYTES_MAX);
        return new Command.Update(
                retitled,
                fields.optionalText("title", Command.TITLE_CHARS_MAX),
                changed && metadata == null ? Map.of() : metadata,
                pinned,
                archived,
                muted,
                agent);
    }

    private String text(Fields fields) {
        String text = shortText(fields);
        if (text.isEmpty()) fields.wrong("text", "must be a non-empty string");
        return text;
    }

    /** A text that may be empty or absent, because there are other parts. */
    private String shortText(Fields fields) {
        int bytesMax = textBytesMax.get();
        String text = fields.anyText("text");
        if (text == null) return "";
        if (Texts.utf8Bytes(text) > bytesMax) fields.fault(Failure.tooLong("text", bytesMax));
        return text;
    }
}
