package io.reprise.model.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import io.reprise.model.provider.call.CallAssembler;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.json.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Passes the output of a provider to the sink. The first failure ends the call and is kept for {@link #result},
 * because langchain4j would swallow exceptions thrown here.
 */
final class TurnReader implements StreamingChatResponseHandler {
    private final ModelSink sink;
    private final Runnable cancel;
    private final CallAssembler calls;
    private boolean begun;
    private int thoughtChars;
    private String otherReason = "";
    private RuntimeException failure;
    private ChatResponse response;

    TurnReader(ModelSink sink, Runnable cancel) {
        this.sink = sink;
        this.cancel = cancel;
        this.calls = new CallAssembler(sink);
    }

    @Override
    public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
        pass(() -> sink.text(partial.text()));
    }

    @Override
    public void onPartialThinking(PartialThinking partial, PartialThinkingContext context) {
        thoughtChars += partial.text().length();
        pass(() -> sink.reasoning(partial.text()));
    }

    /** Receives the next part of a tool call. */
    void call(CallPart part) {
        pass(() -> calls.add(part));
    }

    @Override
    public void onCompleteResponse(ChatResponse complete) {
        response = complete;
    }

    @Override
    public void onError(Throwable error) {
        fail(Failures.of(error, begun));
    }

    /** langchain4j does not know some of Anthropic's reasons for the end of an answer; they arrive here. */
    @Override
    public void onUnmappedRawEvent(Object raw) {
        if (raw instanceof ServerSentEvent event && "message_delta".equals(event.event())) {
            otherReason = JsonText.parsed(event.data())
                    .map(data -> data.at("/delta/stop_reason").asText())
                    .orElse("");
        }
    }

    /**
     * @param markedComplete whether the provider marked the stream as complete; otherwise it must have given a reason
     *     for the end
     * @throws RuntimeException the reason why there is no complete turn
     */
    ModelTurn result(boolean markedComplete) {
        if (failure != null) throw failure;
        if (response == null || response.finishReason() == null && !markedComplete) throw Failures.brokenOff(begun);
        ModelUsage used = Usages.of(response.tokenUsage());
        Optional<ModelFailure> refused = refusal(response.finishReason());
        if (refused.isPresent()) throw refused.get().counted(used);
        calls.end();
        return new ModelTurn(used).of(described());
    }

    private ModelTurn.Response described() {
        return new ModelTurn.Response(response.id(), response.modelName(), reasons());
    }

    /** In the words of the semantic conventions; the others ended the call with a failure. */
    private List<String> reasons() {
        return switch (response.finishReason()) {
            case null -> List.of();
            case STOP -> List.of("stop");
            case TOOL_EXECUTION -> List.of("tool_call");
            case LENGTH -> List.of("length");
            case CONTENT_FILTER -> List.of("content_filter");
            case OTHER -> otherReason.isEmpty() ? List.of() : List.of(otherReason);
        };
    }

    /** Whether a part of the answer was passed on. */
    boolean hasBegun() {
        return begun;
    }

    /** Number of characters of reasoning that were passed on. */
    int thoughtChars() {
        return thoughtChars;
    }

    /** Unknown members of the calls, by call index. */
    Map<Integer, ObjectNode> callExtras() {
        return calls.extras();
    }

    private void pass(Runnable piece) {
        if (failure != null) return;
        begun = true;
        try {
            piece.run();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void fail(RuntimeException e) {
        if (failure != null) return;
        failure = e;
        cancel.run();
    }

    /** Why the answer is none although it came to an end; empty if it is one. */
    private Optional<ModelFailure> refusal(FinishReason reason) {
        return switch (reason) {
            case LENGTH ->
                Optional.of(ModelFailure.modelError("The model's answer was cut off: it reached the maximum length."));
            case CONTENT_FILTER -> Optional.of(Failures.withheld());
            case OTHER -> otherRefusal();
            case STOP, TOOL_EXECUTION -> Optional.empty();
            case null -> Optional.empty();
        };
    }

    private Optional<ModelFailure> otherRefusal() {
        return switch (otherReason) {
            case "refusal" -> Optional.of(Failures.withheld());
            case "model_context_window_exceeded" ->
                Optional.of(ModelFailure.tooLarge(
                        "The model's answer was cut off: the conversation fills the model's context."));
            default -> Optional.empty();
        };
    }
}
