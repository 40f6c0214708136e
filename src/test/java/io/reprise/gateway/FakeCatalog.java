package io.reprise.gateway;

import io.reprise.catalog.CatalogStore;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.PromptVersions;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A catalogue without entries that takes none. */
final class FakeCatalog implements CatalogStore {
    @Override
    public Future<Stored> load() {
        return Future.succeededFuture(new Stored(0, List.of()));
    }

    @Override
    public Future<Optional<Failure>> change(String user, Function<Stored, Decision> deciding) {
        return Future.succeededFuture(Optional.of(Failure.unavailable()));
    }

    @Override
    public Future<List<Version>> versions(EntryKey key, long before, int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Optional<Version>> version(EntryKey key, long number) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<Optional<Failure>> setStatus(
            String user, EntryKey prompt, long number, Status status, Function<Stored, Optional<Failure>> refusal) {
        return Future.succeededFuture(Optional.of(Failure.notFound("Version")));
    }

    @Override
    public Future<List<PromptVersions>> prompts(Collection<NamedVersion> named) {
        return Future.succeededFuture(List.of());
    }
}
