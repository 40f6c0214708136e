package io.reprise.store.postgres;

import static io.reprise.store.postgres.PgChange.Value.bigint;
import static io.reprise.store.postgres.PgChange.Value.bigints;
import static io.reprise.store.postgres.PgChange.Value.bool;
import static io.reprise.store.postgres.PgChange.Value.integer;
import static io.reprise.store.postgres.PgChange.Value.text;

import io.reprise.message.Json;
import io.reprise.message.opening.Sources;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecalledFrom;
import io.reprise.session.store.Change.AgentChanged;
import io.reprise.session.store.Change.EpochBegun;
import io.reprise.session.store.Change.ListingChanged;
import io.reprise.session.store.Change.MetadataChanged;
import io.reprise.session.store.Change.Previewed;
import io.reprise.session.store.Change.QueueChanged;
import io.reprise.session.store.Change.ReadChanged;
import io.reprise.session.store.Change.RecallsChained;
import io.reprise.session.store.Change.TitlesChanged;
import io.reprise.session.store.Change.Used;
import io.reprise.session.store.Listing;
import io.reprise.session.store.ReadState;
import io.reprise.session.store.Titles;
import io.reprise.store.postgres.PgChange.OfSession;
import io.reprise.support.Texts;
import io.vertx.sqlclient.Row;
import java.util.List;

/** The columns of a session's row that an append changes, and how titles and places in lists are read from it. */
final class PgSessionColumns {
    static final OfSession<QueueChanged> QUEUE =
            new OfSession<>(QueueChanged.class, "queue = %s", List.of(text(change -> Json.text(change.queue()))));

    static final OfSession<EpochBegun> EPOCH =
            new OfSession<>(EpochBegun.class, "epoch = %s", List.of(text(EpochBegun::epoch)));

    static final OfSession<Previewed> PREVIEW = new OfSession<>(
            Previewed.class,
            "preview = coalesce(CASE WHEN NOT %s THEN preview END, %s)",
            List.of(bool(Previewed::anew), text(Previewed::text)));

    static final OfSession<TitlesChanged> TITLES = new OfSession<>(
            TitlesChanged.class,
            "title = %s, made_title = %s, title_tries = %s, title_folded = %s",
            List.of(
                    text(change -> change.titles().given()),
                    text(change -> change.titles().made()),
                    integer(change -> change.titles().tries()),
                    text(change -> folded(change.titles().shown()))));

    static final OfSession<ListingChanged> LISTING = new OfSession<>(
            ListingChanged.class,
            "pinned = %s, archived = %s, muted = %s",
            List.of(
                    bool(change -> change.listing().pinned()),
                    bool(change -> change.listing().archived()),
                    bool(change -> change.listing().muted())));

    static final OfSession<ReadChanged> READ = new OfSession<>(
            ReadChanged.class,
            "read_seq = %s, unread = %s",
            List.of(
                    bigint(change -> change.state().seq()),
                    bigints(change -> change.state().unread())));

    /** Which session this one is from is the row's to say, until that is erased; see {@link Sources}. */
    static final OfSession<MetadataChanged> METADATA = new OfSession<>(
            MetadataChanged.class, """
            metadata = (SELECT CASE
                WHEN session.forked_from IS NULL THEN given
                WHEN jsonb_typeof(given::jsonb -> 'forkedFrom') = 'object'
                    THEN jsonb_set(given::jsonb, '{forkedFrom,session}', to_jsonb(session.forked_from))::text
                WHEN jsonb_typeof(given::jsonb -> 'recalledFrom') = 'object'
                    THEN jsonb_set(given::jsonb, '{recalledFrom,session}', to_jsonb(session.forked_from))::text
                ELSE given END FROM (SELECT %s AS given) AS its)""", List.of(text(change -> Json.text(Sources.without(change.metadata())))));

    static final OfSession<AgentChanged> AGENT =
            new OfSession<>(AgentChanged.class, "agent = %s", List.of(text(AgentChanged::agent)));

    static final OfSession<RecallsChained> RECALL_CHAIN =
            new OfSession<>(RecallsChained.class, "recall_chain = %s", List.of(integer(RecallsChained::runs)));

    static final OfSession<Used> USED = new OfSession<>(Used.class, "used_at = now()", List.of());

    private PgSessionColumns() {}

    static Titles titles(Row session) {
        return new Titles(
                session.getString("title"), session.getString("made_title"), session.getInteger("title_tries"));
    }

    /** Null for a session that no recall made, or whose recall's session was erased. */
    static RecalledFrom recalledFrom(Row session) {
        String from = session.getString("recalled_session");
        if (from == null) return null;
        RecallContext context =
                RecallContext.of(session.getString("recalled_context")).orElseThrow();
        return new RecalledFrom(from, session.getLong("recalled_seq"), context);
    }

    static Listing listing(Row session) {
        return new Listing(session.getBoolean("pinned"), session.getBoolean("archived"), session.getBoolean("muted"));
    }

    static ReadState read(Row session) {
        return new ReadState(session.getLong("read_seq"), List.of(session.getArrayOfLongs("unread")));
    }

    /** A title in the form that the search compares; null if there is no title. */
    static String folded(String title) {
        return title == null ? null : Texts.folded(title);
    }
}
