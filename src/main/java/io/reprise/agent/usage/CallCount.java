package io.reprise.agent.usage;

import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.RunUsage.ContextUse;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import java.util.Optional;

/**
 * Counts the tokens of a call. What the provider does not report, because it reports nothing or because the call was cut,
 * is estimated from the lengths of texts.
 */
public final class CallCount implements ModelSink {
    /** Common models need about one token for so many characters. */
    private static final int CHARACTERS_PER_TOKEN = 4;

    /** About what an image or a PDF document costs. */
    private static final int ATTACHMENT_TOKENS = 1_000;

    private final ModelRequest request;
    private final ModelSink sink;
    private volatile long characters;
    private volatile boolean begun;

    public CallCount(ModelRequest request, ModelSink sink) {
        this.request = request;
        this.sink = sink;
    }

    /**
     * What a call has used.
     *
     * @param estimated whether any number is
     */
    public record Count(ModelUsage usage, boolean estimated) {
        /** How full the model's context was. */
        public ContextUse context(Optional<Integer> maxTokens) {
            long used = (long) usage.input() + usage.output();
            return new ContextUse((int) Math.min(used, Integer.MAX_VALUE), maxTokens.orElse(null));
        }
    }

    /** A call that has ended by itself. */
    public Count of(ModelTurn turn) {
        return of(turn.usage());
    }

    /** A call that failed; empty if nothing shows that the model has done anything. */
    public Optional<Count> of(ModelFailure failure) {
        return failure.usage().map(this::of).or(() -> begun ? Optional.of(soFar()) : Optional.empty());
    }

    private Count of(ModelUsage told) {
        boolean all = told.input() != null && told.output() != null;
        return new Count(
                new ModelUsage(
                        told.input() == null ? input() : told.input(),
                        told.cachedInput(),
                        told.cacheWrite(),
                        told.output() == null ? output() : told.output(),
                        told.reasoning()),
                !all);
    }

    /** A call that was cut. */
    public Count soFar() {
        return new Count(ModelUsage.of(input(), output()), true);
    }

    private int input() {
        long size = request.prompt().length();
        long attached = 0;
        for (ModelMessage message : request.messages()) {
            size += switch (message) {
                case ModelMessage.User user -> size(user.content());
                case ModelMessage.ToolOutcome outcome -> size(outcome.content());
                case ModelMessage.Assistant turn ->
                    turn.text().length()
                            + turn.calls().stream()
                                    .mapToLong(call -> call.name().length()
                                            + call.arguments().length())
                                    .sum();
            };
            attached += switch (message) {
                case ModelMessage.User user -> attachments(user.content());
                case ModelMessage.ToolOutcome outcome -> attachments(outcome.content());
                case ModelMessage.Assistant turn -> 0;
            };
        }
        for (ModelRequest.ToolSpec tool : request.tools()) {
            size += tool.name().length()
                    + tool.description().length()
                    + tool.schema().length();
        }
        return (int) Math.min(tokens(size) + attached * ATTACHMENT_TOKENS, Integer.MAX_VALUE);
    }

    /** Characters of what is sent as text: also text files, and the names of files whose content is not sent. */
    private long size(Content content) {
        return content.parts().stream()
                .mapToLong(part -> switch (part) {
                    case Part.Text text -> text.text().length();
                    case Part.File file
                    when file.isText() ->
                        request.files().of(file).map(sent -> sent.length).orElse(0)
                                + part.shown().length();
                    default -> part.shown().length();
                })
                .sum();
    }

    /** How many images and documents are sent. */
    private long attachments(Content content) {
        return content.parts().stream()
                .filter(part -> part instanceof Part.File file
                        && !file.isText()
                        && request.files().of(file).isPresent())
                .count();
    }

    private int output() {
        return tokens(characters);
    }

    private static int tokens(long characters) {
        return (int) Math.min(Math.ceilDiv(characters, CHARACTERS_PER_TOKEN), Integer.MAX_VALUE);
    }

    private void came(int more) {
        begun = true;
        characters += more;
    }

    @Override
    public void reasoning(String delta) {
        came(delta.length());
        sink.reasoning(delta);
    }

    @Override
    public void text(String delta) {
        came(delta.length());
        sink.text(delta);
    }

    @Override
    public void toolCallStart(int index, String name) {
        came(name.length());
        sink.toolCallStart(index, name);
    }

    @Override
    public void toolCallArguments(int index, String delta) {
        came(delta.length());
        sink.toolCallArguments(index, delta);
    }

    @Override
    public void toolCallEnd(int index) {
        sink.toolCallEnd(index);
    }
}
