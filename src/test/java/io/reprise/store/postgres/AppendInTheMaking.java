package io.reprise.store.postgres;

import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.session.store.EventStore.Append;
import io.reprise.session.store.EventStore.Audited;
import io.reprise.session.store.EventStore.Claim;
import io.reprise.session.store.EventStore.RunRow;
import io.reprise.session.store.EventStore.Said;
import io.reprise.session.store.EventStore.Titles;
import java.util.List;
import java.util.Map;

/** An append with no more in it than a test names. */
final class AppendInTheMaking {
    private final String session;
    private final long owner;
    private final long version;
    private final long head;
    private List<LogRow> rows = List.of();
    private List<Claim> claims = List.of();
    private List<RunRow> runs = List.of();
    private List<QueuedMessage> queue;
    private String epoch;
    private String preview;
    private Titles titles;
    private List<Said> said = List.of();
    private Long unsaidAfter;
    private Map<String, Object> metadata;
    private List<Recall> recalls = List.of();
    private List<Interrupt> interrupts = List.of();
    private List<Audited> audited = List.of();
    private long clearedTo = Append.NOT_CLEARED;

    AppendInTheMaking(String session, long owner, long version, long head) {
        this.session = session;
        this.owner = owner;
        this.version = version;
        this.head = head;
    }

    AppendInTheMaking rows(LogRow... given) {
        return rows(List.of(given));
    }

    AppendInTheMaking rows(List<LogRow> given) {
        rows = given;
        return this;
    }

    AppendInTheMaking claims(Claim... given) {
        claims = List.of(given);
        return this;
    }

    AppendInTheMaking runs(RunRow... given) {
        return runs(List.of(given));
    }

    AppendInTheMaking runs(List<RunRow> given) {
        runs = given;
        return this;
    }

    AppendInTheMaking queue(List<QueuedMessage> given) {
        queue = given;
        return this;
    }

    AppendInTheMaking epoch(String given) {
        epoch = given;
        return this;
    }

    AppendInTheMaking preview(String given) {
        preview = given;
        return this;
    }

    AppendInTheMaking said(Said... given) {
        said = List.of(given);
        return this;
    }

    AppendInTheMaking unsaidAfter(long seq) {
        unsaidAfter = seq;
        return this;
    }

    AppendInTheMaking names(Titles givenTitles, Map<String, Object> givenMetadata) {
        titles = givenTitles;
        metadata = givenMetadata;
        return this;
    }

    AppendInTheMaking clearedTo(long given) {
        clearedTo = given;
        return this;
    }

    AppendInTheMaking recalls(List<Recall> given) {
        recalls = given;
        return this;
    }

    AppendInTheMaking interrupts(List<Interrupt> given) {
        interrupts = given;
        return this;
    }

    AppendInTheMaking audited(List<Audited> given) {
        audited = given;
        return this;
    }

    Append build() {
        return new Append(
                session,
                owner,
                version,
                head,
                rows,
                claims,
                runs,
                queue,
                epoch,
                preview,
                recalls,
                clearedTo != Append.NOT_CLEARED,
                clearedTo,
                titles,
                metadata,
                said,
                unsaidAfter,
                interrupts,
                audited);
    }
}
