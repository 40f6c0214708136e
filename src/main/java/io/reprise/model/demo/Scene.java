package io.reprise.model.demo;

import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.User;
import java.util.List;
import java.util.StringTokenizer;

/**
 * Where the conversation stands.
 *
 * @param said the last message of a user
 * @param recall whether that is the text of a recall
 * @param toolRounds turns since then in which a tool was called
 * @param lastOutcome of the newest tool call since then, or null
 * @param words in the whole conversation
 */
record Scene(String said, boolean recall, int toolRounds, String lastOutcome, int words) {
    static Scene of(List<ModelMessage> messages) {
        Scene scene = new Scene("", false, 0, null, 0);
        for (ModelMessage message : messages) scene = scene.after(message);
        return scene;
    }

    private Scene after(ModelMessage message) {
        return switch (message) {
            case User m -> new Scene(m.said(), m.isRecall(), 0, null, words + words(m.text()));
            case Assistant m ->
                new Scene(
                        said, recall, toolRounds + (m.calls().isEmpty() ? 0 : 1), lastOutcome, words + words(m.text()));
            case ToolOutcome m -> new Scene(said, recall, toolRounds, m.text(), words + words(m.text()));
        };
    }

    static int words(String text) {
        return new StringTokenizer(text).countTokens();
    }
}
