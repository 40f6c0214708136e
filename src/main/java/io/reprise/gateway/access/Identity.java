package io.reprise.gateway.access;

import java.util.List;

/** Who a token speaks for, and until when. */
public record Identity(String user, List<String> roles, long expiresAtMs) {
    public Identity {
        roles = List.copyOf(roles);
    }

    public boolean isAdmin() {
        return roles.contains("admin");
    }

    /** Administrators are, too. */
    public boolean isStaff() {
        return roles.contains("staff") || isAdmin();
    }
}
