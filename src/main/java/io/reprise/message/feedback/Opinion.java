package io.reprise.message.feedback;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What somebody thinks of an answer at present.
 *
 * @param rating {@code up} or {@code down}
 * @param comment or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Opinion(Rating rating, String comment) {
    public Opinion {
        if (rating == null || rating == Rating.NONE) throw new IllegalArgumentException("no opinion");
    }
}
