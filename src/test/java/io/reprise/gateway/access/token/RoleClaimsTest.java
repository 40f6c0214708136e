package io.reprise.gateway.access.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.access.JwtSettings.MappedRole;
import io.reprise.config.access.JwtSettings.RolesDefault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleClaimsTest {
    @Test
    void roles_are_found_at_the_end_of_a_path() {
        RoleClaims roles = roles("realm_access.roles");

        assertThat(roles.of(Map.of("realm_access", Map.of("roles", List.of("admin", "offline_access")))))
                .containsExactly("admin");
        assertThat(roles.of(Map.of("realm_access", "admin"))).isEmpty();
        assertThat(roles.of(Map.of("realm_access", List.of(Map.of("roles", "admin")))))
                .isEmpty();
        assertThat(roles.of(Map.of())).isEmpty();
    }

    @Test
    void a_claim_whose_name_contains_dots_is_found_by_its_full_name() {
        assertThat(roles("https://example.org/roles").of(Map.of("https://example.org/roles", List.of("staff"))))
                .containsExactly("staff");
    }

    @Test
    void roles_may_be_a_string_separated_by_spaces() {
        assertThat(roles("scope").of(Map.of("scope", "openid staff  admin staff")))
                .containsExactly("staff", "admin");
    }

    @Test
    void unknown_roles_are_ignored() {
        assertThat(roles("roles")
                        .of(Map.of("roles", List.of("Admin", "ADMIN", " admin", 1, Map.of(), List.of("admin")))))
                .isEmpty();
        assertThat(roles("roles").of(Map.of("roles", 7))).isEmpty();
        assertThat(roles("roles").of(Map.of("roles", true))).isEmpty();
    }

    @Test
    void with_a_map_only_mapped_roles_count() {
        RoleClaims roles = new RoleClaims(
                "roles",
                List.of(new MappedRole("chat=admins", "admin"), new MappedRole("chat=admins", "staff")),
                RolesDefault.NONE);

        assertThat(roles.of(Map.of("roles", List.of("chat=admins")))).containsExactly("admin", "staff");
        assertThat(roles.of(Map.of("roles", List.of("admin", "staff")))).isEmpty();
    }

    @Test
    void a_caller_without_a_role_is_a_user_if_the_settings_say_so() {
        assertThat(RoleClaims.own().of(Map.of())).containsExactly("user");
        assertThat(RoleClaims.own().of(Map.of("roles", List.of("stranger")))).containsExactly("user");
        assertThat(RoleClaims.own().of(Map.of("roles", List.of("staff")))).containsExactly("staff");
    }

    private static RoleClaims roles(String claim) {
        return new RoleClaims(claim, List.of(), RolesDefault.NONE);
    }
}
