package io.reprise.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ModelFiles;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
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

    private static int estimated(Part.File file, Map<String, byte[]> sent) {
        ModelMessage question = new ModelMessage.User(new Content(List.of(file)));
        ModelRequest request =
                new ModelRequest("", List.of(question), List.of(), null, null, new ModelFiles(sent), null);
        return new CallCount(request, new RecordingSink()).soFar().usage().input();
    }
}
