package io.reprise.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelFiles;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelUsage;
import io.reprise.model.RecordingSink;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallCountTest {
    private static final Part.File TEXT =
            new Part.File(Part.File.FILE, "a_text", "notes.txt", "text/plain", 40_000L, null, null);
    private static final Part.File IMAGE =
            new Part.File(Part.File.IMAGE, "a_image", "plum.png", "image/png", 40_000L, 8, 8);

    @Test
    void a_text_file_counts_as_the_text_that_is_sent() {
        assertThat(estimated(TEXT, Map.of("a_text", new byte[40_000]))).isBetween(10_000, 10_020);
    }

    @Test
    void an_image_counts_alike_whatever_its_size_is() {
        assertThat(estimated(IMAGE, Map.of("a_image", new byte[40_000]))).isBetween(1_000, 1_020);
    }

    @Test
    void of_a_file_that_is_not_sent_only_the_name_counts() {
        assertThat(estimated(TEXT, Map.of())).isBetween(1, 20);
        assertThat(estimated(IMAGE, Map.of())).isBetween(1, 20);
    }

    /** A model may think up to its limit of tokens and say nothing: the provider charges for it. */
    @Test
    void a_failure_counts_what_the_provider_has_counted_although_nothing_was_said() {
        ModelFailure cutOff = ModelFailure.modelError("cut off").counted(new ModelUsage(9, null, null, 200, 200));

        assertThat(call().of(cutOff)).contains(new CallCount.Count(new ModelUsage(9, null, null, 200, 200), false));
    }

    @Test
    void a_failure_that_nobody_counted_is_estimated_once_something_has_come() {
        ModelFailure broken = ModelFailure.modelError("broken off");
        CallCount call = call();
        assertThat(call.of(broken)).isEmpty();

        call.text("12345678");

        assertThat(call.of(broken)).contains(new CallCount.Count(ModelUsage.of(1, 2), true));
    }

    private static CallCount call() {
        ModelRequest request = new ModelRequest("four", List.of(), List.of(), null, null);
        return new CallCount(request, new RecordingSink());
    }

    private static int estimated(Part.File file, Map<String, byte[]> sent) {
        ModelMessage question = new ModelMessage.User(new Content(List.of(file)));
        ModelRequest request =
                new ModelRequest("", List.of(question), List.of(), null, null, new ModelFiles(sent), null);
        return new CallCount(request, new RecordingSink()).soFar().usage().input();
    }
}
