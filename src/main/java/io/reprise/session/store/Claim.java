package io.reprise.session.store;

import io.reprise.message.CommandResult;

/**
 * Records that a command was decided.
 *
 * @param session empty for a command that creates a session
 */
public record Claim(String user, String session, String id, String hash, CommandResult result) {}
