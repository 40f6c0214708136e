/** Connects a gateway to sessions: owners of shards, pending commands, and the connections of this node. */
package io.reprise.gateway.link;
