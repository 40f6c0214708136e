package io.reprise.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.ScriptedModel;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.demo.DemoModel;
import java.util.List;
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

    private static ModelMessage said(Part file) {
        return new ModelMessage.User(Content.of("look", List.of(file)));
    }
}
