package io.reprise.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.Limits;
import io.reprise.agent.QuietOwner;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolProgress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a call shows beside its result. */
class RunOutputTest {
    private final Limits limits = new Limits();
    private final List<Object> told = new ArrayList<>();

    private RunOutput output() {
        QuietOwner events = new QuietOwner(event -> told.add(((LogEvent.Custom) event).value()));
        RunRequest run = new RunRequest("r1", "s1", "me", "owner", 1, "user");
        return new RunOutput(RunFiles.NONE, events, run, "t_1", limits.settings());
    }

    @Test
    void progress_that_comes_too_soon_is_left_out() {
        limits.toolProgressMs = 60_000;
        RunOutput output = output();

        output.progress(1, 4.0, " copying ");
        output.progress(2, 4.0, "copying");

        assertThat(told).containsExactly(new ToolProgress("t_1", 1, 4.0, "copying"));
    }

    @Test
    void a_call_tells_its_progress_a_limited_number_of_times() {
        limits.toolProgressMs = 0;
        limits.toolProgressMax = 3;
        RunOutput output = output();

        for (int i = 0; i < 10; i++) output.progress(i, null, null);

        assertThat(told).hasSize(3).contains(new ToolProgress("t_1", 2, null, null));
    }

    @Test
    void what_is_no_number_or_comes_after_the_end_is_left_out() {
        limits.toolProgressMs = 0;
        RunOutput output = output();

        output.progress(Double.NaN, null, "x");
        output.progress(1, Double.POSITIVE_INFINITY, "x");
        output.close();
        output.progress(1, null, "x");

        assertThat(told).isEmpty();
    }

    @Test
    void long_messages_are_cut_and_broken_characters_replaced() {
        output().progress(1, null, "\uD800" + "x".repeat(1_000));

        assertThat(((ToolProgress) told.getFirst()).message())
                .hasSizeLessThanOrEqualTo(200)
                .doesNotContain("\uD800");
    }

    @Test
    void without_a_place_for_files_an_image_is_a_text() throws InterruptedException {
        assertThat(output().image(new byte[] {1, 2})).isEqualTo(new Part.Text("[image, 2 bytes, not shown]"));
    }
}
