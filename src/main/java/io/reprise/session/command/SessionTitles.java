package io.reprise.session.command;

import io.reprise.config.SessionSettings;
import io.reprise.config.TitleSource;
import io.reprise.message.AgentMessage.TitleRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Failure;
import io.reprise.message.Sender;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.opening.Sources;
import io.reprise.session.log.SessionIdentity;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.RunState;
import io.reprise.session.store.Listing;
import io.reprise.session.store.Titles;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The titles of a session, its agent and its place in lists. A title that a person gave takes precedence over the made one. */
public final class SessionTitles {
    private final SessionParts parts;

    /** Runs whose titles are being made. The first title that comes is taken: others were asked for in case it does not. */
    private final Set<String> askedFor = new HashSet<>();

    private Titles titles;
    private Listing listing;

    public SessionTitles(SessionParts parts, Titles titles, Listing listing) {
        this.parts = parts;
        this.titles = titles;
        this.listing = listing;
    }

    /** The title; null if there is none. */
    public String title() {
        return titles.shown();
    }

    public Listing listing() {
        return listing;
    }

    CommandOutcome update(Command.Update update, Sender sender) {
        Optional<Failure> refusal = update.agent() == null
                ? Optional.empty()
                : parts.agent().choosing(update.agent(), sender.staff()).or(() -> sender.refusal(update.agent()));
        if (refusal.isPresent()) return new CommandOutcome.Refused(refusal.get());
        boolean replaced =
                update.agent() != null && !update.agent().equals(parts.agent().name());
        if (replaced) {
            parts.agent().become(update.agent());
            parts.appends().next().agent(update.agent());
        }
        Titles wanted = update.retitled() ? new Titles(update.title(), titles.made(), titles.tries()) : titles;
        change(
                wanted,
                listing.with(update.pinned(), update.archived(), update.muted()),
                Sources.without(update.metadata()),
                replaced);
        CommandResult result =
                new CommandResult.Updated(titles.shown(), listing.pinned(), listing.archived(), listing.muted());
        return new CommandOutcome.Accepted(result, false);
    }

    /** Whatever starts it: nothing may happen in a session that its user does not see. */
    public void runBegins() {
        change(titles, listing.with(null, false, null), null);
    }

    /**
     * A run has ended successfully: requests a title if the session has none, a limited number of times.
     *
     * @param fromSeq first event of the exchange
     */
    public void exchanged(RunState.Run run, long fromSeq) {
        SessionSettings settings = parts.settings().sessions();
        boolean wanted = settings.titles() != TitleSource.OFF
                && titles.shown() == null
                && !parts.self().isTemporary();
        if (!wanted || titles.tries() >= settings.titleTriesMax()) return;
        askedFor.add(run.id());
        titles = new Titles(null, null, titles.tries() + 1);
        parts.appends().next().titles(titles);
        SessionIdentity self = parts.self();
        TitleRequest request = new TitleRequest(
                run.id(),
                self.session(),
                self.user(),
                self.address(),
                fromSeq - 1,
                parts.log().decided(),
                settings.titles() == TitleSource.MODEL,
                parts.agent().name());
        parts.appends().next().titleAfterwards(run.agent(), request);
    }

    /** Receives a made title. A person may have given one meanwhile. */
    public void proposed(ShardMessage.TitleProposed proposed) {
        if (titles.shown() != null || !askedFor.contains(proposed.run())) return;
        change(new Titles(null, proposed.title(), titles.tries()), listing, null);
    }

    /** The messages that the title was made from are superseded, so the made title is removed. */
    public void begunAnew() {
        askedFor.clear();
        change(new Titles(titles.given(), null, 0), listing, null);
    }

    /** Readers are told only if something visible or the metadata changes. */
    private void change(Titles wanted, Listing place, Map<String, Object> metadata) {
        change(wanted, place, metadata, false);
    }

    private void change(Titles wanted, Listing place, Map<String, Object> metadata, boolean replaced) {
        boolean renamed = !Objects.equals(wanted.shown(), titles.shown());
        Listing before = listing;
        if (!wanted.equals(titles)) parts.appends().next().titles(wanted);
        if (!place.equals(before)) parts.appends().next().listing(place);
        titles = wanted;
        listing = place;
        if (metadata != null) parts.appends().next().metadata(metadata);
        if (!renamed && place.equals(before) && metadata == null && !replaced) return;
        LogEvent.SessionUpdated updated = new LogEvent.SessionUpdated(
                titles.shown(),
                parts.agent().name(),
                metadata,
                place.pinned() == before.pinned() ? null : place.pinned(),
                place.archived() == before.archived() ? null : place.archived(),
                place.muted() == before.muted() ? null : place.muted());
        parts.log().number(LogEvent.Custom.of(updated), null, parts.time().nowMs());
    }
}
