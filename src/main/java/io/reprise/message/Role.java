package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who speaks in a message, by AG-UI's names. */
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
