package io.reprise.catalog.definition;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that offers tools by the Model Context Protocol.
 *
 * @param url for {@link Transport#HTTP}
 * @param command a program that the settings allow, for {@link Transport#STDIO}
 * @param environment {@code NAME=VALUE} for the program; a value may be a reference to a secret
 * @param token sent as a bearer token; empty for none
 * @param headers {@code NAME: REFERENCE} to secrets, sent with each request
 * @param auth who it is told asks
 * @param verifyTls whether its certificate must be valid
 * @param tools which of its tools agents get
 * @param callMs longest time of a call; empty for that of the settings
 */
public record McpServerDefinition(
        String title,
        boolean enabled,
        Transport transport,
        String url,
        String command,
        List<String> args,
        List<String> environment,
        Optional<SecretReference> token,
        List<String> headers,
        McpAuth auth,
        boolean verifyTls,
        Tools tools,
        Optional<Integer> callMs)
        implements Definition {
    private static final TextForm URL = TextForm.of("https?://[^\\s@#]+");
    private static final TextForm COMMAND = TextForm.of("[^\\s\\x00-\\x1F\\x7F]{1,500}");
    private static final TextForm ARGUMENT = TextForm.of("[^\\x00-\\x1F\\x7F]{0,2000}");
    private static final Pattern VARIABLE =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,99})=([^\\x00-\\x1F\\x7F]{0,4000})");
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]{1,100}):\\s*(\\S.*)");
    private static final TextForm HEADER_FORM = TextForm.of(
                    "[A-Za-z0-9-]{1,100}:\\s*" + SecretReference.PATTERN + "\\s*")
            .also(McpServerDefinition::isHeader);
    private static final List<String> OWN_HEADERS =
            List.of("host", "content-length", "content-type", "accept", "connection", "transfer-encoding");
    private static final TextForm TOOL = TextForm.of("[^\\s*]{1,256}\\*?|\\*");
    private static final String TOOL_EXPECTED = "the name of a tool, or the beginning of names followed by *";

    public McpServerDefinition {
        args = List.copyOf(args);
        environment = List.copyOf(environment);
        headers = List.copyOf(headers);
    }

    /** How messages reach it. */
    public enum Transport {
        HTTP,
        STDIO
    }

    /**
     * @param allow only these; empty for all
     * @param deny none of these
     * @param prefix of their names; empty for the name of the entry
     */
    public record Tools(List<String> allow, List<String> deny, String prefix) {
        public Tools {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }

        static Tools read(Section section) {
            return new Tools(
                    section.list("allow", TOOL_EXPECTED, TOOL),
                    section.list("deny", TOOL_EXPECTED, TOOL),
                    section.text(
                            "prefix",
                            "",
                            "at most 20 letters, digits, hyphens or underscores",
                            TextForm.of("[A-Za-z0-9_-]{0,20}")));
        }

        /** Whether agents get the tool that the server calls so. */
        public boolean offers(String tool) {
            return (allow.isEmpty() || ToolPatterns.match(allow, tool)) && !ToolPatterns.match(deny, tool);
        }
    }

    static McpServerDefinition read(Section section) {
        Transport transport = section.choice("transport", Transport.HTTP, Transport.values());
        String url = section.text("url", "", "an address such as https://example.org/mcp", URL.orEmpty());
        String command =
                section.text("command", "", "a program that the setting mcp.commands allows", COMMAND.orEmpty());
        McpServerDefinition server = new McpServerDefinition(
                section.text("title", "", "a text of at most 80 characters", TextForm.upTo(80)),
                section.bool("enabled", true),
                transport,
                url,
                command,
                section.list("args", "an argument of the program", ARGUMENT),
                section.concealedList("environment", "NAME=VALUE", TextForm.of(VARIABLE.pattern())),
                section.secret("token"),
                section.concealedList("headers", "NAME: env:VARIABLE or NAME: file:PATH", HEADER_FORM),
                McpAuth.read(section),
                section.bool("verifyTls", true),
                Tools.read(section.section("tools")),
                section.optionalInteger("callMs", 100, 600_000));
        if (transport == Transport.HTTP && url.isEmpty()) section.problem("url", "", "must be given for http");
        if (transport == Transport.STDIO && command.isEmpty())
            section.problem("command", "", "must be given for stdio");
        String way = server.auth.kind().name().toLowerCase(Locale.ROOT);
        if (server.isPersonal() && transport == Transport.STDIO)
            section.problem("auth", way, "is for servers over http");
        if (server.isPersonal() && server.token.isPresent())
            section.problem("token", "", "cannot be used together with auth: " + way);
        return server;
    }

    /** Whether people sign in to it, each for themselves. */
    public boolean signsIn() {
        return auth.kind() == McpAuth.Kind.OAUTH;
    }

    /** Whether it is sent the token with which a person calls this server. */
    public boolean passesToken() {
        return auth.kind() == McpAuth.Kind.CALLER;
    }

    /** Whether it is told which person asks, so that each has connections and tools of their own. */
    public boolean isPersonal() {
        return auth.kind() != McpAuth.Kind.NONE;
    }

    private static boolean isHeader(String text) {
        Matcher matcher = HEADER.matcher(text);
        return matcher.matches()
                && !OWN_HEADERS.contains(matcher.group(1).toLowerCase(Locale.ROOT))
                && SecretReference.parse(matcher.group(2)).isPresent();
    }

    /** The variables of the program, with the secrets that they refer to. Secrets that do not exist are left out. */
    public Map<String, String> environment(Map<String, String> secrets) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String each : environment) {
            Matcher matcher = VARIABLE.matcher(each);
            if (!matcher.matches()) continue;
            Optional<SecretReference> reference = SecretReference.parse(matcher.group(2));
            if (reference.isEmpty()) found.put(matcher.group(1), matcher.group(2));
            else reference.get().resolve(secrets).ifPresent(value -> found.put(matcher.group(1), value));
        }
        return found;
    }

    /** The headers of a request that contain secrets. Secrets that do not exist are left out. */
    public Map<String, String> credentials(Map<String, String> secrets) {
        Map<String, String> found = new LinkedHashMap<>();
        token.flatMap(reference -> reference.resolve(secrets))
                .ifPresent(value -> found.put("Authorization", "Bearer " + value));
        for (String each : headers) {
            Matcher matcher = HEADER.matcher(each);
            if (!matcher.matches()) continue;
            SecretReference.parse(matcher.group(2))
                    .flatMap(reference -> reference.resolve(secrets))
                    .ifPresent(value -> found.put(matcher.group(1), value));
        }
        return found;
    }

    /** Whether all secrets that it refers to exist; empty if it refers to none. Reads files. */
    public Optional<Boolean> hasSecrets(Map<String, String> secrets) {
        List<SecretReference> all = Stream.concat(
                        token.stream(),
                        Stream.concat(
                                        headers.stream().map(HEADER::matcher),
                                        environment.stream().map(VARIABLE::matcher))
                                .filter(Matcher::matches)
                                .flatMap(matcher -> SecretReference.parse(matcher.group(2)).stream()))
                .toList();
        if (all.isEmpty()) return Optional.empty();
        return Optional.of(
                all.stream().allMatch(secret -> secret.resolve(secrets).isPresent()));
    }

    @Override
    public List<Reference> references() {
        return List.of();
    }
}
