package io.reprise.push;

/**
 * A browser in which a person is signed in and that receives messages.
 *
 * @param name as its page calls it
 * @param service host of its push service
 * @param secret a sealed {@link PushTarget}
 * @param titles whether it is told the titles of chats
 * @param refusals messages in a row that its push service refused
 * @param pushedMs when its push service accepted a message last; null: never
 */
public record PushDevice(
        String id,
        String user,
        String name,
        String service,
        byte[] secret,
        boolean titles,
        int refusals,
        long createdMs,
        Long pushedMs) {}
