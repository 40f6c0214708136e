package io.reprise.config.feedback;

import io.reprise.config.read.Section;

/**
 * Settings of feedback on answers.
 *
 * @param enabled false: none can be given; what there is can be read and exported
 * @param commentBytesMax longest comment
 * @param aroundMessages messages that administrators are shown with an answer: itself and those before it
 * @param lookedAtMax how many entries one page of the list looks at; it may have fewer entries than asked for
 */
public record FeedbackSettings(boolean enabled, int commentBytesMax, int aroundMessages, int lookedAtMax) {
    public static final String NAME = "feedback";

    public static FeedbackSettings read(Section section) {
        Section live = section.live();
        return new FeedbackSettings(
                live.bool("enabled", true),
                live.integer("commentBytesMax", 2_000, 1, 16_384),
                live.integer("aroundMessages", 20, 1, 200),
                live.integer("lookedAtMax", 2_000, 100, 100_000));
    }
}
