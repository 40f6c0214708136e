package io.reprise.agent.middleware;

import io.reprise.catalog.provider.Attachment;
import io.reprise.message.content.Part;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.User;
import java.util.List;
import java.util.Optional;

/** The files of the newest message of a conversation, without which it cannot be answered. */
public final class NewestFiles {
    private NewestFiles() {}

    /** Why a model cannot answer: words that name the model and what it does not take. Text files are taken by all. */
    public static Optional<String> refusal(List<ModelMessage> messages, ChatModel model) {
        return messages.reversed().stream().filter(User.class::isInstance).findFirst().stream()
                .flatMap(message -> ((User) message).content().files().stream())
                .filter(file -> !file.isText() && !model.takes().contains(kind(file)))
                .map(file -> Attachment.refusal(model.name(), kind(file).word()))
                .findFirst();
    }

    /** What a file that is not text is. */
    public static Attachment kind(Part.File file) {
        return file.type().equals(Part.File.IMAGE) ? Attachment.IMAGE : Attachment.PDF;
    }
}
