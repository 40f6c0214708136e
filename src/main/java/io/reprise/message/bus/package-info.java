/** The event bus: its addresses, its codec, and which shard a session belongs to. */
package io.reprise.message.bus;
