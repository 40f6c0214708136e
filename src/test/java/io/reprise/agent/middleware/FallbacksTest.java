package io.reprise.agent.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.middleware.Middleware.ModelInput;
import io.reprise.catalog.provider.Attachment;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import io.reprise.support.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which model answers in place of one that is away, if the message has files. */
class FallbacksTest {
    private static final ModelMessage PICTURE = new ModelMessage.User(
            Content.of("look", List.of(new Part.File("image", "a", "a.png", "image/png", 9L, 1, 1))));
    private static final ModelMessage WORDS = new ModelMessage.User("and now?");

    private final List<String> asked = new ArrayList<>();

    @Test
    void a_model_that_does_not_take_the_picture_is_left_out() throws InterruptedException {
        answer(List.of(PICTURE), model("blind"), model("seeing", Attachment.IMAGE));

        assertThat(asked).containsExactly("away", "seeing");
    }

    @Test
    void the_failure_names_the_models_that_were_not_asked_and_why() {
        assertThatThrownBy(() -> answer(List.of(PICTURE), model("blind")))
                .isInstanceOfSatisfying(
                        ModelFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo("unavailable"))
                .hasMessage("The model provider is overloaded; try again shortly."
                        + " Not asked instead: The model blind does not take images.");
        assertThat(asked).containsExactly("away");
    }

    @Test
    void a_picture_of_an_earlier_message_stops_no_model() throws InterruptedException {
        answer(List.of(PICTURE, WORDS), model("blind"));

        assertThat(asked).containsExactly("away", "blind");
    }

    private void answer(List<ModelMessage> messages, ChatModel... others) throws InterruptedException {
        ModelRequest request = new ModelRequest("", messages, List.of(), null, null);
        ModelInput input = new ModelInput(model("away", Attachment.IMAGE), request, null);
        new Fallbacks(List.of(others)).aroundModel(null, input, given -> {
            asked.add(given.model().name());
            if (given.model().name().equals("away")) throw ModelFailure.ofStatus(503);
            return new ModelTurn(ModelUsage.UNKNOWN);
        });
    }

    private static ChatModel model(String name, Attachment... takes) {
        return new ChatModel() {
            @Override
            public String provider() {
                return "test";
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public Set<Attachment> takes() {
                return Set.of(takes);
            }

            @Override
            public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
                throw new AssertionError("asked by the next stage only");
            }
        };
    }
}
