package io.reprise.model.demo;

import io.reprise.message.content.Part;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.User;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The state of the conversation for the demo model.
 *
 * @param said the last message of a user
 * @param files those of that message
 * @param recall whether that is the text of a recall
 * @param toolRounds number of turns since then with tool calls
 * @param outcomes results of the calls in the newest of these turns, in order
 * @param words number of words in the whole conversation
 */
record Scene(String said, List<Part.File> files, boolean recall, int toolRounds, List<String> outcomes, int words) {
    static Scene of(List<ModelMessage> messages) {
        Scene scene = new Scene("", List.of(), false, 0, List.of(), 0);
        for (ModelMessage message : messages) scene = scene.after(message);
        return scene;
    }

    private Scene after(ModelMessage message) {
        return switch (message) {
            case User m -> {
                String text = m.content().shown();
                String typed =
                        m.content().files().isEmpty() ? text : m.content().text();
                yield new Scene(typed, m.content().files(), m.isRecall(), 0, List.of(), words + words(text));
            }
            case Assistant m ->
                new Scene(
                        said,
                        files,
                        recall,
                        toolRounds + (m.calls().isEmpty() ? 0 : 1),
                        List.of(),
                        words + words(m.text()));
            case ToolOutcome m -> {
                String text = m.content().shown();
                yield new Scene(said, files, recall, toolRounds, with(text), words + words(text));
            }
        };
    }

    private List<String> with(String outcome) {
        List<String> more = new ArrayList<>(outcomes);
        more.add(outcome);
        return List.copyOf(more);
    }

    /** The result of the newest call, or null. */
    String lastOutcome() {
        return outcomes.isEmpty() ? null : outcomes.getLast();
    }

    static int words(String text) {
        return new StringTokenizer(text).countTokens();
    }
}
