package io.reprise.catalog.provider;

import io.reprise.config.ModelSettings;
import io.reprise.config.model.ModelRules;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model of a provider.
 *
 * @param name the provider's name for it
 * @param temperature empty for the provider's default
 * @param maxTokens most tokens of one answer; empty for the provider's default
 * @param thinkingTokens most tokens for thinking before an answer; 0 for none
 * @param numCtx the context that Ollama reserves, in tokens; empty for its default, which cuts off long conversations
 * @param takes empty for what models of the provider take in general; see {@link #takes(ProviderSettings)}
 * @param contextTokens most tokens of a request and its answer; empty if unknown
 * @param extra members that are merged into the body of each request
 * @param enabled whether runs may use it
 */
public record ModelOptions(
        String name,
        Optional<Double> temperature,
        Optional<Integer> maxTokens,
        int thinkingTokens,
        Optional<Integer> numCtx,
        Optional<Set<Attachment>> takes,
        Optional<Integer> contextTokens,
        Map<String, Object> extra,
        Prices prices,
        boolean enabled) {
    /** Members of requests that the server itself decides. */
    private static final Set<String> OWN =
            Set.of("model", "messages", "contents", "system", "systemInstruction", "stream", "tools");

    private static final String EXTRA_EXPECTED = "an object without the members "
            + String.join(", ", OWN.stream().sorted().toList());

    public ModelOptions {
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** Reads all keys of a model whose provider is not known. */
    public static ModelOptions read(Section section) {
        return read(section, ModelBounds.ANY);
    }

    /**
     * Reads all keys. Call {@link #check} when the provider is known.
     *
     * @param bounds of the provider, or {@link ModelBounds#ANY}; it has no keys for what its models cannot be told
     */
    public static ModelOptions read(Section section, ModelBounds bounds) {
        return new ModelOptions(
                section.anyText("name", ""),
                section.optionalDecimal("temperature", 0, bounds.temperatureMax()),
                section.optionalInteger("maxTokens", 1, 1_000_000),
                bounds.thinks() ? ModelRules.thinkingTokens(section) : 0,
                bounds.reserves() ? section.optionalInteger("numCtx", 256, 10_000_000) : Optional.empty(),
                readTakes(section, bounds.sends()),
                section.optionalInteger("contextTokens", ModelRules.CONTEXT_MIN, ModelRules.CONTEXT_MAX),
                section.object(
                        "extra",
                        EXTRA_EXPECTED,
                        given -> given.keySet().stream().noneMatch(OWN::contains)),
                Prices.read(section.section("prices")),
                section.bool("enabled", true));
    }

    private static Optional<Set<Attachment>> readTakes(Section section, Set<Attachment> sends) {
        String words = sends.stream().sorted().map(Attachment::word).collect(Collectors.joining(", "));
        return section.optionalList("takes", "one of " + words, TextForm.of(words.replace(", ", "|")))
                .map(ModelOptions::attachments);
    }

    private static Set<Attachment> attachments(List<String> words) {
        Set<Attachment> takes = EnumSet.noneOf(Attachment.class);
        for (Attachment each : Attachment.values()) if (words.contains(each.word())) takes.add(each);
        return Collections.unmodifiableSet(takes);
    }

    /** The model of the section {@code model}. */
    public static ModelOptions of(ModelSettings model) {
        int thinkingTokens = switch (model.provider()) {
            case ANTHROPIC -> model.anthropic().thinkingTokens();
            case DEMO, OPENAI, OLLAMA -> 0;
        };
        return new ModelOptions(
                model.name(),
                model.temperature(),
                model.maxTokens(),
                thinkingTokens,
                Optional.empty(),
                model.takes().map(ModelOptions::attachments),
                model.contextTokens(),
                Map.of(),
                Prices.UNKNOWN,
                true);
    }

    /** Reports what does not go with the provider. */
    public void check(Section section, ProviderSettings provider) {
        if (name.isBlank() && !(provider instanceof ProviderSettings.Demo)) {
            section.problem("name", "", "must be the name of the model at its provider");
        }
        if (provider instanceof ProviderSettings.Anthropic) {
            ModelRules.checkThinking(section, section, thinkingTokens, maxTokens, temperature);
        }
        ModelBounds bounds = ModelBounds.of(provider.type());
        if (!bounds.thinks() && thinkingTokens != 0) {
            String fault = "must be 0: providers of type " + provider.type() + " have no such limit";
            section.problem("thinkingTokens", String.valueOf(thinkingTokens), fault);
        }
        numCtx.filter(given -> !bounds.reserves())
                .ifPresent(given -> section.problem(
                        "numCtx", String.valueOf(given), "must be empty: only providers of type ollama know it"));
        takes.orElse(Set.of()).stream()
                .filter(given -> !bounds.sends().contains(given))
                .map(Attachment::word)
                .forEach(given ->
                        section.problem("takes", given, "cannot be sent to providers of type " + provider.type()));
    }

    /** What the model takes at this provider. */
    public Set<Attachment> takes(ProviderSettings provider) {
        return takes.orElseGet(provider::takes);
    }
}
