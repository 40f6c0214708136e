package io.reprise.agent.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.middleware.TextRule.Match;
import io.reprise.message.ErrorCode;
import io.reprise.model.RecordingSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The end of an answer waits until it is known whether it belongs to a match. */
class HoldBackTest {
    private static final Pattern WORD = Pattern.compile("\\bs3cret(?:-[0-9]{1,6})?\\b");
    private static final List<String> PIECES = List.of(
            "s3cret", "s3cret-123456", "s3cret-", "s3", "cret", " ", "-1", "the s3cret is", "\n", "x", "s3crets", "🙂");

    private static List<Match> matches(CharSequence text, int from) {
        var matcher = WORD.matcher(text);
        matcher.region(from, text.length()).useTransparentBounds(true).useAnchoringBounds(false);
        return matcher.results()
                .map(found -> new Match(found.start(), found.end(), "[gone]"))
                .toList();
    }

    /** However a text is cut into pieces, what comes out is what the rule makes of the whole text. */
    @RepeatedTest(200)
    void any_cut_gives_the_same_text() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        StringBuilder whole = new StringBuilder();
        for (int i = random.nextInt(40); i >= 0; i--) whole.append(PIECES.get(random.nextInt(PIECES.size())));
        int holdBack = 16 + random.nextInt(200);
        HeldText held = new HeldText(HoldBackTest::matches, holdBack);
        StringBuilder out = new StringBuilder();

        for (int at = 0; at < whole.length(); ) {
            int next = Math.min(whole.length(), at + 1 + random.nextInt(9));
            out.append(held.add(whole.substring(at, next)));
            at = next;
        }
        out.append(held.end());

        assertThat(out.toString())
                .as("seed %s", seed)
                .isEqualTo(TextRule.replaced(whole, 0, whole.length(), matches(whole, 0)));
    }

    @Test
    void no_more_is_held_back_than_allowed() {
        HeldText held = new HeldText(HoldBackTest::matches, 10);

        assertThat(held.add("0123456789")).isEmpty();
        assertThat(held.add("abc")).isEqualTo("012");
        assertThat(held.end()).isEqualTo("3456789abc");
        assertThat(new HeldText(HoldBackTest::matches, 0).add("at once")).isEqualTo("at once");
    }

    @Test
    void what_is_held_back_comes_before_what_begins_next() {
        RecordingSink to = new RecordingSink();
        HoldBackSink sink = new HoldBackSink(to, new HoldBackSink.Settings(HoldBackTest::matches, 128, null, true));

        sink.reasoning("my s3");
        sink.reasoning("cret");
        sink.text("no s3cr");
        sink.text("et here");
        sink.toolCallStart(0, "look");
        sink.toolCallArguments(0, "{\"q\":\"s3c");
        sink.toolCallArguments(0, "ret\"}");
        sink.toolCallEnd(0);
        sink.text("bye");
        sink.end();

        assertThat(to.said()).isEqualTo("no [gone] herebye");
        assertThat(String.join("", to.reasoning)).isEqualTo("my [gone]");
        assertThat(to.arguments(0)).isEqualTo("{\"q\":\"[gone]\"}");
    }

    @Test
    void a_message_that_is_blocked_is_not_shown_at_all() {
        RecordingSink to = new RecordingSink();
        List<String> found = new ArrayList<>();
        HoldBackSink sink = new HoldBackSink(
                to,
                new HoldBackSink.Settings(
                        HoldBackTest::matches,
                        0,
                        () -> {
                            found.add("it");
                            throw new MiddlewareFailure(ErrorCode.FORBIDDEN, "withheld");
                        },
                        false));
        sink.text("this is ");
        sink.text("s3cret");

        assertThatThrownBy(sink::end).hasMessage("withheld");
        assertThat(to.said()).isEmpty();
        assertThat(found).hasSize(1);
    }
}
