package io.reprise.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Models that stand for others answer every question about them. */
class DescribedModelTest {
    /** A question with a default would otherwise be answered with it, whatever the entry of the model says. */
    @Test
    void every_question_of_the_port_is_answered_and_none_is_left_to_a_default() {
        List<String> asked = Arrays.stream(ChatModel.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !name.equals("stream"))
                .toList();
        List<String> answered = Arrays.stream(DescribedModel.class.getDeclaredMethods())
                .map(Method::getName)
                .toList();

        assertThat(asked).isNotEmpty();
        assertThat(answered).containsAll(asked);
    }
}
