package io.reprise.history.usage;

import io.reprise.message.log.RunUsage.ContextUse;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A call of a model that is over, whatever came of it.
 *
 * @param id makes the record of a call unique, so that recording it again has no effect; null until it is recorded
 * @param agent null for the default agent
 * @param input tokens of the request, with those read from or written to the provider's cache
 * @param output tokens of the answer, with those of reasoning
 * @param estimated whether the provider reported no numbers, so that they are estimated from the lengths of texts
 * @param cost in the operator's currency; null if the model has no prices
 * @param context how full the model's context was after the call; null if it was not for an answer of the session itself
 */
public record ModelUse(
        String id,
        String run,
        String session,
        String user,
        String agent,
        Purpose purpose,
        String provider,
        String model,
        long atMs,
        long input,
        long cachedInput,
        long cacheWrite,
        long output,
        long reasoning,
        boolean estimated,
        BigDecimal cost,
        ContextUse context) {
    /** What a model is called for. */
    public enum Purpose {
        ANSWER("Answers"),
        TITLE("Titles of chats"),
        SUMMARY("Summaries"),
        /** What middleware asks. */
        HELPER("Work of middleware");

        private final String title;

        Purpose(String title) {
            this.title = title;
        }

        /** What people see. */
        public String title() {
            return title;
        }

        /** As it is stored. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Purpose> of(String word) {
            return Arrays.stream(values())
                    .filter(purpose -> purpose.word().equals(word))
                    .findFirst();
        }
    }

    /** The same call with its id and time. */
    public ModelUse recorded(String itsId, long itsMs) {
        return new ModelUse(
                itsId,
                run,
                session,
                user,
                agent,
                purpose,
                provider,
                model,
                itsMs,
                input,
                cachedInput,
                cacheWrite,
                output,
                reasoning,
                estimated,
                cost,
                context);
    }

    public long tokens() {
        return input + output;
    }
}
