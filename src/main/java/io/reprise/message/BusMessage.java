package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Everything that verticles say to each other. Immutable, so that within a node it is handed over as it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
public sealed interface BusMessage permits ShardMessage, Delivery, AgentMessage, NodeMessage, UserNotices {}
