package io.reprise.agent.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.ScriptedModel;
import io.reprise.agent.link.RunFiles;
import io.reprise.catalog.provider.Attachment;
import io.reprise.config.AttachmentSettings;
import io.reprise.config.Settings;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.demo.DemoModel;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FileReaderTest {
    private static final Part IMAGE = new Part.File("image", "a", "cat.png", "image/png", 5L, 1, 1);
    private static final Part TEXT = new Part.File("file", "b", "a.txt", "text/plain", 5L, null, null);

    private final ScriptedModel textsOnly = new ScriptedModel(ScriptedModel.says("hi"));

    @Test
    void a_model_is_not_asked_about_a_file_that_it_does_not_take() {
        assertThatThrownBy(() -> FileReader.check(List.of(said(IMAGE)), textsOnly))
                .isInstanceOfSatisfying(
                        ModelFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo("bad_request"))
                .hasMessageContaining("does not take images");
        assertThatCode(() -> FileReader.check(List.of(said(IMAGE)), new DemoModel()))
                .doesNotThrowAnyException();
    }

    @Test
    void every_model_takes_texts_and_is_asked_although_earlier_messages_have_other_files() {
        assertThatCode(() -> FileReader.check(List.of(said(IMAGE), said(TEXT)), textsOnly))
                .doesNotThrowAnyException();
    }

    @Test
    void the_newest_files_are_sent_as_far_as_there_is_room() throws InterruptedException {
        limits(Map.of("attachments.contextBytesMax", "65536"));
        Part oldest = image("a", 30_000);
        Part large = image("b", 40_000);
        Part newest = image("c", 30_000);

        assertThat(read(oldest, large, newest)).containsOnlyKeys("a", "c");
    }

    @Test
    void texts_have_a_limit_of_their_own_and_the_last_one_is_cut() throws InterruptedException {
        limits(Map.of("attachments.contextTextBytesMax", "1024"));

        Map<String, byte[]> sent = read(text("a", 10), text("b", 1_000), text("c", 1_000));

        assertThat(sent).containsOnlyKeys("b", "c");
        assertThat(sent.get("c")).hasSize(1_000);
        assertThat(new String(sent.get("b"), UTF_8))
                .startsWith("xxxxxxxxxxxxxxxxxxxxxxxx\n")
                .contains("the rest of the file is not part");
    }

    @Test
    void a_file_that_the_model_does_not_take_or_that_was_erased_is_not_sent() throws InterruptedException {
        Part pdf = new Part.File("file", "d", "a.pdf", "application/pdf", 5L, null, null);
        contents.put("d", Buffer.buffer("%PDF-"));
        Part erased = image("e", 100);
        contents.remove("e");

        assertThat(read(pdf, erased, image("c", 100))).containsOnlyKeys("c");
    }

    @Test
    void files_of_results_are_read_too_and_none_makes_a_model_refuse() throws InterruptedException {
        ModelMessage result =
                new ModelMessage.ToolOutcome("t_1", "draw", Content.of("a chart", List.of(image("f", 100))));
        RunFiles stored = new RunFiles(
                (session, attachment) -> Future.succeededFuture(Optional.ofNullable(contents.get(attachment))),
                Current.always(limits));
        FileReader reader = new FileReader(stored, "s", 60_000);

        assertThat(reader.of(asked(List.of(result)), Set.of(Attachment.IMAGE)).byAttachment())
                .containsOnlyKeys("f");
        assertThat(reader.of(asked(List.of(result)), Set.of()).byAttachment()).isEmpty();
        assertThatCode(() -> FileReader.check(List.of(result), textsOnly)).doesNotThrowAnyException();
    }

    private final Map<String, Buffer> contents = new HashMap<>();
    private AttachmentSettings limits = Settings.defaults().attachments();

    private void limits(Map<String, String> settings) {
        limits = Settings.with(settings).attachments();
    }

    private Part image(String id, int size) {
        contents.put(id, Buffer.buffer(new byte[size]));
        return new Part.File("image", id, id + ".png", "image/png", (long) size, 1, 1);
    }

    private Part text(String id, int size) {
        contents.put(id, Buffer.buffer("x".repeat(size)));
        return new Part.File("file", id, id + ".txt", "text/plain", (long) size, null, null);
    }

    /** By a model that takes images; each file in a message of its own. */
    private Map<String, byte[]> read(Part... files) throws InterruptedException {
        RunFiles stored = new RunFiles(
                (session, attachment) -> Future.succeededFuture(Optional.ofNullable(contents.get(attachment))),
                Current.always(limits));
        List<ModelMessage> messages = Stream.of(files).map(FileReaderTest::said).toList();
        FileReader reader = new FileReader(stored, "s", 60_000);
        return reader.of(asked(messages).with(reader.texts(messages)), Set.of(Attachment.IMAGE))
                .byAttachment();
    }

    private static ModelRequest asked(List<ModelMessage> messages) {
        return new ModelRequest(messages, List.of(), new ModelRequest.Limits(1_000, 1_000));
    }

    private static ModelMessage said(Part file) {
        return new ModelMessage.User(Content.of("look", List.of(file)));
    }
}
