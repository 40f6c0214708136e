package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentRules;
import io.reprise.message.Chosen;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.QueueChanged;
import io.reprise.message.log.LogEvent.SessionUpdated;
import io.reprise.message.log.LogEvent.TextStart;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people choose for a session and for its messages. */
class SessionChoiceTest extends SessionBench {
    private final AgentRules rules = new AgentRules() {
        @Override
        public Optional<Failure> choosing(String agent, boolean staff) {
            return refusing(agent);
        }

        @Override
        public Optional<Failure> choosingModel(String agent, String model, boolean staff) {
            return refusing(model);
        }

        @Override
        public Optional<Failure> sending(String agent, String model, String kind) {
            return Optional.empty();
        }

        @Override
        public boolean tests(String agent) {
            return true;
        }

        private Optional<Failure> refusing(String name) {
            return name.equals("forbidden")
                    ? Optional.of(Failure.of(ErrorCode.FORBIDDEN, "Not for you."))
                    : Optional.empty();
        }
    };

    @Override
    Session.Environment environment() {
        Session.Environment all = super.environment();
        return new Session.Environment(
                all.current(),
                all.agents(),
                all.ids(),
                all.time(),
                all.clock(),
                all.metrics(),
                all.mayRun(),
                all.storeAnswers(),
                rules,
                user -> false);
    }

    @Test
    void a_model_that_may_not_be_chosen_starts_no_run() {
        request("c1", choosing("hello", "forbidden"));
        storeAll();

        assertThat(refused("c1")).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(store.rows).isEmpty();
    }

    @Test
    void a_chosen_model_waits_with_its_message_and_is_in_the_log() {
        String run = start();
        request("c2", choosing("second", "large"));
        storeAll();

        assertThat(values(QueueChanged.class).getLast().queue())
                .singleElement()
                .extracting(QueuedMessage::chosen)
                .isEqualTo(new Chosen("large", false));
        assertThat(store.queue).extracting(QueuedMessage::chosen).containsExactly(new Chosen("large", false));
        batch(run, 1, new RunEnd.Finished(List.of()), text("m", "done"));
        storeAll();
        assertThat(userMessages())
                .extracting(start -> start.metadata().chosen())
                .containsExactly(null, new Chosen("large", false));
    }

    @Test
    void another_agent_answers_from_the_next_run_on() {
        request("c1", new Command.Update(false, null, null, null, null, null, "writer"));
        storeAll();
        assertThat(values(SessionUpdated.class).getLast().agent()).isEqualTo("writer");
        assertThat(store.agent).isEqualTo("writer");

        send("c2", "hello");
        storeAll();

        assertThat(told(RunRequest.class).getLast().agent()).isEqualTo("writer");
        request("c3", new Command.Update(false, null, null, null, null, null, "forbidden"));
        storeAll();
        assertThat(refused("c3")).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(store.agent).isEqualTo("writer");
    }

    @Test
    void the_agent_that_a_session_has_already_is_no_news() {
        request("c1", new Command.Update(false, null, null, null, null, null, "writer"));
        request("c2", new Command.Update(false, null, null, null, null, null, "writer"));
        storeAll();

        assertThat(values(SessionUpdated.class)).hasSize(1);
        load();
        request("c3", new Command.Update(false, null, null, null, null, null, "writer"));
        storeAll();
        assertThat(values(SessionUpdated.class)).hasSize(1);
    }

    @Test
    void an_answer_is_written_again_by_the_model_that_is_chosen_for_it_now() {
        request("c1", choosing("hello", "large"));
        storeAll();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()), text("m", "done"));
        storeAll();

        request("c2", new Command.Regenerate(null, null, null, "small"));
        storeAll();

        assertThat(userMessages().getLast().metadata().chosen()).isEqualTo(new Chosen("small", false));
    }

    @Test
    void a_model_that_may_not_be_chosen_writes_no_answer_again_and_nothing_is_lost() {
        batch(start(), 1, new RunEnd.Finished(List.of()), text("m", "done"));
        storeAll();

        request("c2", new Command.Regenerate(null, null, null, "forbidden"));
        storeAll();

        assertThat(refused("c2")).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(userMessages()).hasSize(1);
        request("c3", new Command.Regenerate(null, null));
        storeAll();
        assertThat(userMessages()).hasSize(2);
    }

    private List<TextStart> userMessages() {
        return events(LogEvent.TextStart.class).stream()
                .filter(start -> start.role() == Role.USER)
                .toList();
    }

    private static Command.Send choosing(String text, String model) {
        return new Command.Send(Content.of(text), Command.OnBusy.QUEUE, model);
    }
}
