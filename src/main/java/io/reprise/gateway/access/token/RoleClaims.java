package io.reprise.gateway.access.token;

import io.reprise.config.access.JwtSettings;
import io.reprise.config.access.JwtSettings.MappedRole;
import io.reprise.config.access.JwtSettings.RolesDefault;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Extracts roles from the claims of a token. */
final class RoleClaims {
    static final Set<String> ROLES = Set.of("user", "staff", "admin");
    private static final List<String> USER = List.of("user");

    private final String claim;
    private final List<MappedRole> map;
    private final RolesDefault usual;

    RoleClaims(String claim, List<MappedRole> map, RolesDefault usual) {
        this.claim = claim;
        this.map = List.copyOf(map);
        this.usual = usual;
    }

    static RoleClaims of(JwtSettings settings) {
        return new RoleClaims(settings.rolesClaim(), settings.rolesMap(), settings.rolesDefault());
    }

    /** Of the server's own tokens. */
    static RoleClaims own() {
        return new RoleClaims("roles", List.of(), RolesDefault.USER);
    }

    /** Empty if the user has no role. Claims of an unexpected type are ignored. */
    List<String> of(Map<String, Object> claims) {
        Set<String> ours = new LinkedHashSet<>();
        names(value(claims)).flatMap(this::mapped).forEach(ours::add);
        if (ours.isEmpty() && usual == RolesDefault.USER) return USER;
        return List.copyOf(ours);
    }

    private Stream<String> mapped(String theirs) {
        if (map.isEmpty()) return Stream.of(theirs).filter(ROLES::contains);
        return map.stream().filter(role -> role.theirs().equals(theirs)).map(MappedRole::ours);
    }

    private static Stream<String> names(Object value) {
        return switch (value) {
            case String text -> Stream.of(text.split(" "));
            case List<?> list -> list.stream().filter(String.class::isInstance).map(String.class::cast);
            case null, default -> Stream.of();
        };
    }

    /** A claim of the whole name wins, because names may hold dots: {@code https://example.org/roles}. */
    private Object value(Map<String, Object> claims) {
        if (claims.containsKey(claim)) return claims.get(claim);
        Object value = claims;
        for (String step : claim.split("\\.")) {
            value = value instanceof Map<?, ?> object ? object.get(step) : null;
        }
        return value;
    }
}
