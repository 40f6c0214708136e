package io.reprise.config.completion;

import io.reprise.config.read.Section;

/**
 * Settings of {@code /v1/chat/completions}.
 *
 * @param bodyBytesMax longest request
 * @param messagesMax messages of a request
 * @param answerBytesMax longest answer that is not streamed
 * @param perUserMax calls of one user at the same time
 * @param leftoverMinutes age of a temporary session that was not erased with its call, when a job erases it
 */
public record CompletionSettings(
        int bodyBytesMax, int messagesMax, int answerBytesMax, int perUserMax, int leftoverMinutes) {
    public static final String NAME = "completions";

    public static CompletionSettings read(Section section) {
        Section live = section.live();
        return new CompletionSettings(
                live.integer("bodyBytesMax", 4_194_304, 1_024, 67_108_864),
                live.integer("messagesMax", 1_000, 1, 10_000),
                live.integer("answerBytesMax", 4_194_304, 1_024, 67_108_864),
                live.integer("perUserMax", 16, 1, 10_000),
                live.integer("leftoverMinutes", 60, 20, 1_440));
    }
}
