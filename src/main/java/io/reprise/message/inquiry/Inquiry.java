package io.reprise.message.inquiry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a tool asks a person before its call goes on.
 *
 * @param by who asks: the server of the tool, by its name in the catalogue
 * @param message what the server wrote for the person; it is data of others
 * @param form JSON Schema of the answer, see {@link InquiryForm}; null unless the mode is {@link Mode#FORM}
 * @param url the address to visit; null unless the mode is {@link Mode#URL}
 * @param expiryMs how long it can be answered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Inquiry(String by, Mode mode, String message, String form, String url, long expiryMs) {
    /** How it is answered. */
    public enum Mode {
        /** By a form. */
        FORM,
        /** By a visit to an address, of which only the server learns the outcome. */
        URL;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
