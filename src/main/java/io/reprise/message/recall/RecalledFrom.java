package io.reprise.message.recall;

/**
 * The session whose recall made another session.
 *
 * @param seq end of its conversation at that time, which runs of the new session may see
 * @param context what they see of it
 */
public record RecalledFrom(String session, long seq, RecallContext context) {}
