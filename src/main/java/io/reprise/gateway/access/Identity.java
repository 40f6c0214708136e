package io.reprise.gateway.access;

import io.reprise.apikey.KeyGrant;
import io.reprise.apikey.KeyScope;
import io.reprise.message.Cause.CallerToken;
import io.reprise.message.Sender;
import java.util.List;

/**
 * The user of a token, with roles and expiry.
 *
 * @param key what the API key allows that was brought; null: it was no API key
 * @param token that was brought, if servers may be sent it; else null
 */
public record Identity(String user, List<String> roles, long expiresAtMs, KeyGrant key, CallerToken token) {
    /** Of a token or cookie. */
    public Identity(String user, List<String> roles, long expiresAtMs) {
        this(user, roles, expiresAtMs, null, null);
    }

    /** Of an API key, which is never passed on. */
    public Identity(String user, List<String> roles, long expiresAtMs, KeyGrant key) {
        this(user, roles, expiresAtMs, key, null);
    }

    /** The same with the token that was brought. */
    Identity bringing(String its) {
        return new Identity(user, roles, expiresAtMs, key, new CallerToken(its, expiresAtMs));
    }

    public Identity {
        roles = List.copyOf(roles);
    }

    /** Whether it may do more than read. */
    public boolean mayChange() {
        return key == null || key.scope().includes(KeyScope.CHAT);
    }

    /** What it may do by commands. */
    public Sender sender() {
        return new Sender(isStaff(), key == null ? List.of() : key.agents(), token);
    }

    public boolean isAdmin() {
        return roles.contains("admin");
    }

    /** True for administrators, too. */
    public boolean isStaff() {
        return roles.contains("staff") || isAdmin();
    }
}
