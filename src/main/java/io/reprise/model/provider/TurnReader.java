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
import dev.langchain4j.model.output.TokenUsage;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.call.CallAssembler;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.json.JsonText;
import java.util.Map;

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

    /** The next part of a call of a tool. */
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

    /** Some of Anthropic's words for why an answer ends are none that langchain4j knows. */
    @Override
    public void onUnmappedRawEvent(Object raw) {
        if (raw instanceof ServerSentEvent event && "message_delta".equals(event.event())) {
            otherReason = JsonText.parsed(event.data())
                    .map(data -> data.at("/delta/stop_reason").asText())
                    .orElse("");
        }
    }

    /**
     * @param markedComplete whether the provider said that this is all; else it must have said why it ended
     * @throws RuntimeException why there is no complete turn
     */
    ModelTurn result(boolean markedComplete) {
        if (failure != null) throw failure;
        if (response == null || response.finishReason() == null && !markedComplete) throw Failures.brokenOff(begun);
        if (response.finishReason() != null) checkFinish(response.finishReason());
        calls.end();
        TokenUsage usage = response.tokenUsage();
        return usage == null
                ? new ModelTurn(null, null)
                : new ModelTurn(counted(usage.inputTokenCount()), counted(usage.outputTokenCount()));
    }

    /** Whether something of the answer was passed on. */
    boolean hasBegun() {
        return begun;
    }

    /** How long the thoughts were that were passed on. */
    int thoughtChars() {
        return thoughtChars;
    }

    /** What calls had that is not known here. */
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

    private void checkFinish(FinishReason reason) {
        switch (reason) {
            case OTHER -> checkOther();
            case STOP, TOOL_EXECUTION -> {}
            case LENGTH -> throw cutOff();
            case CONTENT_FILTER -> throw withheld();
        }
    }

    private void checkOther() {
        if (otherReason.equals("refusal")) throw withheld();
        if (otherReason.equals("model_context_window_exceeded")) {
            throw ModelFailure.tooLarge("The model's answer was cut off: the conversation fills the model's context.");
        }
    }

    private static ModelFailure cutOff() {
        return ModelFailure.modelError("The model's answer was cut off: it reached the maximum length.");
    }

    private static ModelFailure withheld() {
        return ModelFailure.modelError("The model provider withheld the answer (content filter).");
    }

    /** Treats 0 as unknown: a provider that did not count tokens sends null or 0. */
    private static Integer counted(Integer tokens) {
        return tokens == null || tokens == 0 ? null : tokens;
    }
}
