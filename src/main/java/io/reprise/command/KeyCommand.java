package io.reprise.command;

import io.reprise.apikey.ApiKey;
import io.reprise.apikey.ApiKeyStore;
import io.reprise.apikey.ApiKeys;
import io.reprise.apikey.KeyScope;
import io.reprise.config.Settings;
import io.reprise.store.account.PgApiKeys;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.SlowStatements;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes, lists and revokes API keys in the database of a server, which notices it within {@code keys.flushMs}. */
public final class KeyCommand {
    private static final int DAYS_MAX = 3_650;
    private static final int PER_MINUTE_MAX = 1_000_000;
    private static final int PER_DAY_MAX = 1_000_000_000;
    private static final int WAIT_S = 30;

    /** In the audit log. */
    private static final String BY = "command line";

    private final Settings settings;
    private final WallClock time;

    public KeyCommand(Settings settings, WallClock time) {
        this.settings = settings;
        this.time = time;
    }

    /**
     * What was given on the command line; each may be null.
     *
     * @param scope {@code read}, {@code chat} or {@code admin}; usually {@code chat}
     * @param agents names with commas between them
     * @param days its life
     * @param perMinute requests in a minute
     * @param perDay requests in a day (UTC)
     */
    public record Options(String name, String scope, String agents, String days, String perMinute, String perDay) {}

    /** Returns the text of a new key. A key with the scope {@code admin} has the role admin, whoever the user is. */
    public String create(String user, Options options) throws CommandException {
        KeyScope scope = KeyScope.widest(List.of(options.scope() == null ? KeyScope.CHAT.wire() : options.scope()))
                .orElseThrow(() -> new CommandException("--scope: must be read, chat or admin"));
        List<String> agents = options.agents() == null
                ? List.of()
                : Stream.of(options.agents().split(",")).map(String::strip).toList();
        ApiKeys.Wish wish = new ApiKeys.Wish(
                user,
                options.name() == null ? "command line" : options.name(),
                scope,
                List.of("user", "admin"),
                agents,
                limit("--per-minute", options.perMinute(), PER_MINUTE_MAX),
                limit("--per-day", options.perDay(), PER_DAY_MAX),
                end(options.days()));
        ApiKeys.WithText made = ApiKeys.make(wish, IdSource.random(), time);
        boolean added =
                with(store -> store.add(made.key(), made.hash(), settings.keys().perUserMax(), BY));
        if (!added) throw new CommandException(user + " has as many API keys as keys.perUserMax allows");
        return made.text();
    }

    private Long end(String days) throws CommandException {
        int daysMax =
                settings.keys().daysMax() == 0 ? DAYS_MAX : settings.keys().daysMax();
        if (days == null && settings.keys().daysMax() == 0) return null;
        if (days == null) throw new CommandException("--days is needed, because of keys.daysMax");
        return time.nowMs() + Duration.ofDays(number("--days", days, daysMax)).toMillis();
    }

    /** 0 for none. */
    private static int limit(String option, String given, int most) throws CommandException {
        return given == null ? 0 : number(option, given, most);
    }

    private static int number(String option, String given, int most) throws CommandException {
        if (!given.matches("[0-9]{1,10}") || Long.parseLong(given) < 1 || Long.parseLong(given) > most) {
            throw new CommandException(option + ": must be a number from 1 to " + most);
        }
        return Integer.parseInt(given);
    }

    /** Returns one line a key. */
    public String list(String user) throws CommandException {
        List<ApiKey> found = with(store -> store.list(user));
        if (found.isEmpty()) return user + " has no API keys";
        return found.stream().map(KeyCommand::line).collect(Collectors.joining("\n"));
    }

    private static String line(ApiKey key) {
        Long expiresMs = key.times().expiresMs();
        Long usedMs = key.times().usedMs();
        return key.id() + "  " + key.scope().wire()
                + (key.agents().isEmpty() ? "" : " (" + String.join(", ", key.agents()) + ")") + "  "
                + (expiresMs == null ? "no end" : "until " + Instant.ofEpochMilli(expiresMs)) + "  "
                + (usedMs == null ? "never used" : "used " + Instant.ofEpochMilli(usedMs)) + "  " + limits(key)
                + key.name();
    }

    private static String limits(ApiKey key) {
        return (key.perMinute() == 0 ? "" : "at most " + key.perMinute() + " a minute  ")
                + (key.perDay() == 0 ? "" : "at most " + key.perDay() + " a day  ");
    }

    /** Returns one line for the operator. */
    public String revoke(String key) throws CommandException {
        if (!with(store -> store.remove(key, null, BY))) throw new CommandException("there is no API key " + key);
        return "revoked " + key;
    }

    private <T> T with(Function<ApiKeyStore, Future<T>> work) throws CommandException {
        DatabaseUri database = RunningDatabase.needed(settings);
        Metrics metrics = Metrics.unseen();
        Vertx vertx = Vertx.vertx();
        try {
            SlowStatements slow =
                    new SlowStatements(Current.always(settings.watch()), MonotonicClock.system(), metrics);
            PgPool pool = PgPool.open(vertx, database, settings.database(), slow);
            return work.apply(new PgApiKeys(pool))
                    .eventually(pool::close)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(WAIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new CommandException(
                    "the database did not answer, or has no API keys: start the server of this version first", failure);
        } finally {
            vertx.close();
        }
    }
}
