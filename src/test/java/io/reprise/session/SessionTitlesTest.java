package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Listing;
import io.reprise.session.store.Titles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Titles of sessions, by people and generated. */
class SessionTitlesTest extends SessionBench {
    @Test
    void a_new_name_is_an_event_and_is_stored_with_it() {
        start();
        request("c2", new Command.Update(true, "Trip", Map.of("k", 1)));
        storeAll();

        assertThat(accepted("c2").result()).isEqualTo(new CommandResult.Updated("Trip", false, false, false));
        assertThat(store.titles.given()).isEqualTo("Trip");
        LogRow.Single event = (LogRow.Single) store.rows.getLast();
        assertThat(event.payload()).contains("\"session.updated\"").contains("\"title\":\"Trip\"");
        assertThat(event.run()).as("no part of the run").isNull();
    }

    @Test
    void an_unchanged_title_is_no_event() {
        request("c1", new Command.Update(true, "Trip", null));
        request("c2", new Command.Update(true, "Trip", null));
        storeAll();

        assertThat(types()).containsExactly("CUSTOM");
        assertThat(accepted("c2").result()).isEqualTo(new CommandResult.Updated("Trip", false, false, false));
    }

    /** A client could take a null for emptied metadata. */
    @Test
    void unchanged_fields_are_omitted_but_a_missing_title_is_not() {
        request("c1", new Command.Update(true, "Trip", null));
        storeAll();
        assertThat(((LogRow.Single) store.rows.getLast()).payload()).contains("\"value\":{\"title\":\"Trip\"}");

        request("c2", new Command.Update(true, null, null));
        storeAll();
        assertThat(((LogRow.Single) store.rows.getLast()).payload()).contains("\"value\":{\"title\":null}");
    }

    @Test
    void pinning_and_archiving_are_one_event_that_names_what_changed() {
        request("c1", new Command.Update(false, null, null, true, true, null));
        storeAll();

        assertThat(accepted("c1").result()).isEqualTo(new CommandResult.Updated(null, true, true, false));
        assertThat(store.listing).isEqualTo(new Listing(true, true, false));
        assertThat(((LogRow.Single) store.rows.getLast()).payload())
                .contains("\"value\":{\"title\":null,\"pinned\":true,\"archived\":true}");

        request("c2", new Command.Update(false, null, null, false, true, null));
        request("c3", new Command.Update(false, null, null, null, true, null));
        storeAll();
        assertThat(((LogRow.Single) store.rows.getLast()).payload())
                .contains("\"value\":{\"title\":null,\"pinned\":false}");
        assertThat(types()).as("nothing changed by the third one").hasSize(2);
    }

    @Test
    void muting_is_stored_and_told_like_pinning() {
        request("c1", new Command.Update(false, null, null, null, null, true));
        storeAll();

        assertThat(accepted("c1").result()).isEqualTo(new CommandResult.Updated(null, false, false, true));
        assertThat(store.listing).isEqualTo(new Listing(false, false, true));
        assertThat(((LogRow.Single) store.rows.getLast()).payload())
                .contains("\"value\":{\"title\":null,\"muted\":true}");
    }

    @Test
    void an_archived_session_returns_when_a_run_begins_in_it_and_keeps_its_pin() {
        store.listing = new Listing(true, true, false);
        load();
        start();

        assertThat(store.listing).isEqualTo(new Listing(true, false, false));
        assertThat(types()).startsWith("CUSTOM", "RUN_STARTED");
        assertThat(((LogRow.Single) store.rows.getFirst()).payload())
                .contains("\"value\":{\"title\":null,\"archived\":false}");
    }

    @Test
    void a_session_archived_during_a_run_stays_archived_until_the_next_run() {
        String run = start();
        request("c2", new Command.Update(false, null, null, null, true, null));
        batch(run, 1, new RunEnd.Finished(List.of()));
        storeAll();
        assertThat(store.listing.archived()).isTrue();

        send("c3", "again");
        storeAll();
        assertThat(store.listing.archived()).isFalse();
    }

    @Test
    void a_title_is_requested_once_the_first_answer_is_stored() {
        String run = start();
        batch(run, 1, new RunEnd.Finished(List.of()));
        assertThat(told(AgentMessage.TitleRequest.class)).isEmpty();
        storeAll();

        AgentMessage.TitleRequest asked = told(AgentMessage.TitleRequest.class).getLast();
        assertThat(asked.run()).isEqualTo(run);
        assertThat(asked.after()).isZero();
        assertThat(asked.head()).isEqualTo(store.head);
        assertThat(store.titles.tries()).isEqualTo(1);
        handle(message(new ShardMessage.TitleProposed("s", run, "Made")));
        storeAll();
        assertThat(store.titles).isEqualTo(new Titles(null, "Made", 1));
        assertThat(types()).endsWith("RUN_FINISHED", "CUSTOM");
    }

    /**
     * Symptom: a chat was named after its second question. Cause: the second run ended before the title of the first one was
     * made, and only the newest request was remembered.
     */
    @Test
    void the_first_title_is_taken_when_another_run_ends_before_it_is_made() {
        String first = start();
        batch(first, 1, new RunEnd.Finished(List.of()));
        storeAll();
        send("c2", "and now something else");
        storeAll();
        String second = told(AgentMessage.RunRequest.class).getLast().run();
        batch(second, 1, new RunEnd.Finished(List.of()));
        storeAll();

        handle(message(new ShardMessage.TitleProposed("s", first, "Of the first")));
        handle(message(new ShardMessage.TitleProposed("s", second, "Of the second")));
        storeAll();

        assertThat(store.titles.shown()).isEqualTo("Of the first");
    }

    @Test
    void a_title_that_is_made_too_late_is_dropped() {
        String run = start();
        batch(run, 1, new RunEnd.Finished(List.of()));
        request("c2", new Command.Update(true, "Mine", null));
        storeAll();
        handle(message(new ShardMessage.TitleProposed("s", run, "Made")));
        storeAll();

        assertThat(store.titles.shown()).isEqualTo("Mine");
        assertThat(types().stream().filter("CUSTOM"::equals)).hasSize(1);
    }

    @Test
    void a_generated_title_is_removed_when_the_whole_conversation_is_superseded() {
        String run = start();
        batch(run, 1, new RunEnd.Finished(List.of()));
        storeAll();
        handle(message(new ShardMessage.TitleProposed("s", run, "Made")));
        storeAll();
        request("c2", new Command.Regenerate(null, "other words"));
        storeAll();
        handle(message(new ShardMessage.TitleProposed("s", run, "Made again")));
        storeAll();

        assertThat(store.titles).isEqualTo(Titles.NONE);
    }

    @Test
    void a_title_is_requested_a_limited_number_of_times() {
        for (int i = 1; i <= 5; i++) {
            send("c" + i, "hello");
            storeAll();
            batch(told(AgentMessage.RunRequest.class).getLast().run(), 1, new RunEnd.Finished(List.of()));
            storeAll();
            if (i == 2) load();
        }

        assertThat(store.titles.tries()).isEqualTo(3);
    }

    @Test
    void no_title_is_requested_after_a_failed_run_or_for_a_session_with_a_title() {
        String run = start();
        stop("c2");
        batch(run, 1, new RunEnd.Cancelled());
        storeAll();
        store.titles = new Titles("Mine", null, 0);
        load();
        send("c3", "hello");
        storeAll();
        batch(told(AgentMessage.RunRequest.class).getLast().run(), 1, new RunEnd.Finished(List.of()));
        storeAll();

        assertThat(told(AgentMessage.TitleRequest.class)).isEmpty();
    }

    @Test
    void a_removed_title_gives_way_to_the_generated_one() {
        store.titles = new Titles("Trip", "Made", 1);
        load();
        request("c1", new Command.Update(true, null, null));
        storeAll();

        assertThat(accepted("c1").result()).isEqualTo(new CommandResult.Updated("Made", false, false, false));
        assertThat(store.titles).isEqualTo(new Titles(null, "Made", 1));
    }
}
