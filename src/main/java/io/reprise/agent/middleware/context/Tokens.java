package io.reprise.agent.middleware.context;

import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ModelMessage;
import java.util.List;

/** Estimates of tokens, in advance of a request. */
final class Tokens {
    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int PER_MESSAGE = 4;
    private static final int PER_ATTACHMENT = 1_000;

    private Tokens() {}

    static long of(List<ModelMessage> messages) {
        return messages.stream().mapToLong(Tokens::of).sum();
    }

    static long of(ModelMessage message) {
        return PER_MESSAGE
                + switch (message) {
                    case ModelMessage.User user -> of(user.content());
                    case ModelMessage.ToolOutcome outcome -> of(outcome.content());
                    case ModelMessage.Assistant turn ->
                        of(turn.text())
                                + turn.calls().stream()
                                        .mapToLong(call -> of(call.name() + call.arguments()))
                                        .sum();
                };
    }

    private static long of(Content content) {
        long tokens = 0;
        for (Part part : content.parts()) {
            tokens += part instanceof Part.Text || part instanceof Part.Context ? of(part.shown()) : PER_ATTACHMENT;
        }
        return tokens;
    }

    private static long of(String text) {
        return Math.ceilDiv(text.length(), CHARACTERS_PER_TOKEN);
    }
}
