package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The author's role of a message, with the names of AG-UI. */
public enum Role {
    @JsonProperty("user")
    USER,
    @JsonProperty("assistant")
    ASSISTANT,
    @JsonProperty("tool")
    TOOL,
    @JsonProperty("reasoning")
    REASONING
}
