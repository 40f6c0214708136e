package io.reprise.gateway;

import java.util.List;

/** Who a token speaks for, and until when. */
record Identity(String user, List<String> roles, long expiresAtMs) {
    Identity {
        roles = List.copyOf(roles);
    }

    boolean isAdmin() {
        return roles.contains("admin");
    }

    /** Administrators are, too. */
    boolean isStaff() {
        return roles.contains("staff") || isAdmin();
    }
}
