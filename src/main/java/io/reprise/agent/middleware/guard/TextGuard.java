package io.reprise.agent.middleware.guard;

import io.reprise.agent.middleware.Middleware.ToolAnswer;
import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.message.ErrorCode;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ModelFiles;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Changes texts before a model or a person gets them. The log keeps what a person wrote.
 *
 * @param finds whether a text is affected
 * @param rewritten the text as it is passed on
 * @param blocks whether a message of a person that is affected ends its run, and a result is withheld
 * @param what for people, such as {@code an e-mail address}
 */
record TextGuard(Predicate<String> finds, UnaryOperator<String> rewritten, boolean blocks, String what) {
    /**
     * The request with other messages of users, and with other texts of their files.
     *
     * @throws MiddlewareFailure if the newest of them is blocked; earlier ones are rewritten, so that the conversation can
     *     go on
     */
    ModelRequest input(ModelRequest request) {
        List<ModelMessage> messages = request.messages();
        if (blocks) {
            messages.reversed().stream()
                    .filter(User.class::isInstance)
                    .map(message -> ((User) message).content())
                    .findFirst()
                    .filter(content -> affects(content) || affects(content, request.files()))
                    .ifPresent(content -> {
                        String why = "The message contains " + what + ", which is not allowed here.";
                        throw new MiddlewareFailure(ErrorCode.FORBIDDEN, why);
                    });
        }
        return request.with(messages.stream()
                        .map(message -> message instanceof User user ? message(user) : message)
                        .toList())
                .with(texts(messages, request.files()));
    }

    private boolean affects(Content content, ModelFiles files) {
        return content.files().stream()
                .anyMatch(file -> files.text(file).filter(finds).isPresent());
    }

    private ModelFiles texts(List<ModelMessage> messages, ModelFiles files) {
        Map<String, String> changed = new HashMap<>();
        for (ModelMessage message : messages) {
            if (!(message instanceof User user)) continue;
            for (Part.File file : user.content().files()) {
                files.text(file).filter(finds).ifPresent(text -> changed.put(file.attachment(), rewritten.apply(text)));
            }
        }
        return files.with(changed);
    }

    /** The request with every text rewritten, for models that help. */
    ModelRequest helping(ModelRequest request) {
        return request.with(request.messages().stream().map(this::message).toList());
    }

    private ModelMessage message(ModelMessage message) {
        return switch (message) {
            case User user -> new User(content(user.content()), user.isRecall());
            case ToolOutcome outcome -> new ToolOutcome(outcome.id(), outcome.name(), content(outcome.content()));
            case Assistant turn ->
                new Assistant(turn.texts().stream().map(this::text).toList(), turn.calls(), turn.kept());
        };
    }

    /** What the model and people get of a tool. */
    ToolAnswer result(ToolAnswer answer) {
        if (answer.content() == null || !affects(answer.content())) return answer;
        if (blocks) return ToolAnswer.error("the result was withheld, because it contains " + what + ".");
        return answer.with(content(answer.content()));
    }

    private boolean affects(Content content) {
        return content.parts().stream().anyMatch(part -> switch (part) {
            case Part.Text(String text) -> finds.test(text);
            case Part.Context(String description, String text) -> finds.test(text);
            case Part.File file -> file.name() != null && finds.test(file.name());
            case Part.Unknown unknown -> false;
        });
    }

    private Content content(Content content) {
        if (!affects(content)) return content;
        return new Content(content.parts().stream()
                .<Part>map(part -> switch (part) {
                    case Part.Text(String text) -> new Part.Text(text(text));
                    case Part.Context(String description, String text) -> new Part.Context(description, text(text));
                    case Part.File file -> file.name() == null ? file : file.named(text(file.name()));
                    case Part.Unknown unknown -> unknown;
                })
                .toList());
    }

    private String text(String text) {
        return finds.test(text) ? rewritten.apply(text) : text;
    }
}
