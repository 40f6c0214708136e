package io.reprise.agent.loop;

import io.reprise.model.TextSink;
import io.reprise.support.StopSignal;
import io.reprise.support.Texts;

/** Collects the text of the answer up to a limit, and then ends the call. */
final class Words implements TextSink {
    final StringBuilder text = new StringBuilder();
    private final int bytesMax;
    private final StopSignal enough;
    volatile boolean areEnough;

    Words(int bytesMax, StopSignal enough) {
        this.bytesMax = bytesMax;
        this.enough = enough;
    }

    @Override
    public void text(String delta) {
        if (areEnough) return;
        text.append(delta);
        if (text.length() <= bytesMax / 4) return; // So short a text has not that many bytes.
        String cut = Texts.cutToBytes(text.toString(), bytesMax);
        if (cut.length() == text.length()) return;
        text.setLength(cut.length());
        areEnough = true;
        enough.stop(StopSignal.Reason.TIME_LIMIT);
    }
}
