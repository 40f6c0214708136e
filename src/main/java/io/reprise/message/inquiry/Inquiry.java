package io.reprise.message.inquiry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a tool asks a person before its call goes on, or that its client executes it.
 *
 * @param by who asks: the server of the tool, by its name in the catalogue
 * @param message what the server wrote for the person; it is data of others
 * @param form JSON Schema of the answer, see {@link InquiryForm}; null unless the mode is {@link Mode#FORM}
 * @param url the address to visit; null unless the mode is {@link Mode#URL}
 * @param expiryMs how long it can be answered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Inquiry(String by, Mode mode, String message, String form, String url, long expiryMs) {
    /** A call waits for the client that executes its tool; the session sets how long. */
    public static Inquiry ofClient() {
        return new Inquiry("client", Mode.CLIENT, "", null, null, 0);
    }

    /** Whether the client executes the call. */
    @JsonIgnore
    public boolean isOfClient() {
        return mode == Mode.CLIENT;
    }

    /** How it is answered. */
    public enum Mode {
        /** By a form. */
        FORM,
        /** By a visit to an address, of which only the server learns the outcome. */
        URL,
        /** By the client that declared the tool, with the result of the call: nobody is asked anything. */
        CLIENT;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
