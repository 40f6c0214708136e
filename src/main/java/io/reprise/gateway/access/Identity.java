package io.reprise.gateway.access;

import java.util.List;

/** The user of a token, with roles and expiry. */
public record Identity(String user, List<String> roles, long expiresAtMs) {
    public Identity {
        roles = List.copyOf(roles);
    }

    public boolean isAdmin() {
        return roles.contains("admin");
    }

    /** True for administrators, too. */
    public boolean isStaff() {
        return roles.contains("staff") || isAdmin();
    }
}
