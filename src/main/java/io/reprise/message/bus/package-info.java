/** How verticles send each other messages: addresses, mailboxes, the codec, and which shard a session belongs to. */
package io.reprise.message.bus;
