package io.reprise.agent.middleware.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.ToolNames;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import io.reprise.message.content.Content;
import io.reprise.support.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps results of tools for a while, for each user by themselves. Only of tools that declare that they read: a call that
 * changes something is always made. All runs of this server share the results.
 */
public final class ToolCache implements MiddlewareType<ToolCache.Settings> {
    private static final long BYTES_MAX = 16L << 20;
    private static final int RESULT_BYTES_MAX = 256 << 10;
    private static final Pattern RULE = Pattern.compile("([A-Za-z0-9_.-]{1,128}\\*?|\\*)=([1-9][0-9]{0,6})");

    private final JsonMapper sorted = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private final Cache<Key, Kept> results;

    public ToolCache(MonotonicClock clock) {
        Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.elapsedMs());
        this.results = Caffeine.newBuilder()
                .maximumWeight(BYTES_MAX)
                .<Key, Kept>weigher(
                        (key, kept) -> kept.bytes() + key.arguments().length())
                .expireAfter(Expiry.<Key, Kept>writing((key, kept) -> Duration.ofSeconds(kept.ttlS())))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** @param entry name of the entry of the catalogue */
    private record Key(String entry, String user, String tool, String arguments) {}

    private record Kept(Content content, int bytes, int ttlS) {}

    /** @param tools as {@code NAME=SECONDS}, the first that fits counts */
    public record Settings(List<Rule> tools) implements MiddlewareSettings {
        public Settings {
            tools = List.copyOf(tools);
        }
    }

    public record Rule(ToolNames tools, int ttlS) {
        static Rule of(String text) {
            Matcher matcher = RULE.matcher(text);
            if (!matcher.matches()) throw new IllegalArgumentException(text);
            return new Rule(new ToolNames(List.of(matcher.group(1))), Integer.parseInt(matcher.group(2)));
        }
    }

    @Override
    public String name() {
        return "tool-cache";
    }

    @Override
    public int priority() {
        return 87;
    }

    @Override
    public Settings read(Section section) {
        Settings settings = new Settings(section
                .list(
                        "ttl",
                        "the name of a tool, or the beginning of names followed by *, then = and seconds",
                        TextForm.of(RULE.pattern()))
                .stream()
                .map(Rule::of)
                .toList());
        if (settings.tools().isEmpty()) section.missing("ttl", "tools and for how long their results are kept");
        return settings;
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, setup);
    }

    private final class OfRun implements Middleware {
        private final Settings settings;
        private final MiddlewareSetup setup;

        OfRun(Settings settings, MiddlewareSetup setup) {
            this.settings = settings;
            this.setup = setup;
        }

        @Override
        public ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
            String tool = input.tool().name();
            Optional<Integer> ttlS = settings.tools().stream()
                    .filter(rule -> rule.tools().contain(tool))
                    .findFirst()
                    .map(Rule::ttlS);
            if (ttlS.isEmpty() || input.tool().traits().writes()) return next.run(input);
            Key key = new Key(
                    setup.name(),
                    setup.owner().user(),
                    tool,
                    sorted(input.call().arguments()));
            Kept kept = results.getIfPresent(key);
            if (kept != null) return ToolAnswer.ok(kept.content());
            ToolAnswer answer = next.run(input);
            boolean isResult = answer != null && !answer.failed() && !answer.started();
            // Files belong to the session of this call.
            boolean isWhole = answer != null
                    && answer.content() != null
                    && answer.content().files().isEmpty();
            if (isResult && isWhole) keep(key, answer.content(), ttlS.get());
            return answer;
        }

        private void keep(Key key, Content content, int ttlS) {
            int bytes = content.bytes();
            if (bytes <= RESULT_BYTES_MAX) results.put(key, new Kept(content, bytes, ttlS));
        }
    }

    /** The same arguments in another order are the same call. */
    private String sorted(String arguments) {
        try {
            return sorted.writeValueAsString(sorted.readValue(arguments, Object.class));
        } catch (JsonProcessingException e) {
            return arguments;
        }
    }
}
