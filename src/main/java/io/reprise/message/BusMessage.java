package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** All messages between verticles. Immutable, so that they can be passed by reference within a node. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
public sealed interface BusMessage permits ShardMessage, Delivery, AgentMessage, NodeMessage, UserNotices {}
