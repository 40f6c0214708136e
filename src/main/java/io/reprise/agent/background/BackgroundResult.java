package io.reprise.agent.background;

import io.reprise.support.Texts;

/** Texts about calls that go on in the background, for models. */
final class BackgroundResult {
    private BackgroundResult() {}

    static String started(String recall) {
        return "Started in the background (" + recall
                + "). The result comes later, as a message of its own; do not make the"
                + " call again and do not wait for it.";
    }

    static String ended(String tool, String call, String text, int bytesMax) {
        String shown = Texts.cutToBytes(Texts.wellFormed(text), bytesMax);
        String mark =
                shown.length() < text.length() ? "\n[Cut: the result has " + Texts.utf8Bytes(text) + " bytes.]" : "";
        return "Result of the call " + call + " of the tool " + tool + ", which went on in the background:\n\n" + shown
                + mark;
    }

    static String failed(String why) {
        return "Error: " + why;
    }
}
