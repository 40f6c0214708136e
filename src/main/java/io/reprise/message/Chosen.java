package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What the sender of a message chose for its run.
 *
 * @param model name of a model's entry, or null
 * @param testing whether the sender may receive what is being tested
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Chosen(String model, boolean testing) {
    /** Null if nothing was chosen. */
    public static Chosen of(String model, boolean testing) {
        return model == null && !testing ? null : new Chosen(model, testing);
    }
}
