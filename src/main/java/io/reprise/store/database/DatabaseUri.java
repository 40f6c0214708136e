package io.reprise.store.database;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;

/** Address and credentials of a PostgreSQL database: {@code postgresql://user:password@host:port/db?parameters}. */
public final class DatabaseUri {
    /** The loopback address; a private server listens only there. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final Pattern FORM =
            Pattern.compile("postgres(?:ql)?://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?"
                    + "(?<host>\\[[0-9a-fA-F:.]+]|[^:@/?#,\\s\\[\\]]+)(?::(?<port>\\d{1,5}))?"
                    + "/(?<database>[^/?#]+)(?:\\?(?<parameters>[^#\\s]*))?");
    private static final int DEFAULT_PORT = 5432;
    private static final int LOGIN_SECONDS_MAX = 15;

    /** The JDBC names of parameters for which libpq uses a different name. */
    private static final Map<String, String> JDBC_NAMES = Map.of(
            "application_name", "ApplicationName",
            "search_path", "currentSchema",
            "connect_timeout", "connectTimeout");

    private final String text;
    private final String user;
    private final String password;
    private final String host;
    private final int port;
    private final String database;
    private final String parameters;

    private DatabaseUri(String text, Matcher parts) {
        this.text = text;
        this.user = decode(parts.group("user"));
        this.password = decode(parts.group("password"));
        this.host = parts.group("host");
        this.port = parts.group("port") == null ? DEFAULT_PORT : Integer.parseInt(parts.group("port"));
        this.database = decode(parts.group("database"));
        this.parameters = parts.group("parameters") == null ? "" : parts.group("parameters");
    }

    /**
     * @throws StoreStartException if the text does not have the form above; the message does not repeat the text,
     *     because it may contain a password
     */
    public static DatabaseUri parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            throw malformed();
        }
        try {
            DatabaseUri uri = new DatabaseUri(text.strip(), parts);
            if (uri.port < 1 || uri.port > 65_535) {
                throw malformed();
            }
            return uri;
        } catch (IllegalArgumentException badPercentCode) {
            throw malformed();
        }
    }

    public static DatabaseUri local(int port, String name, String password) {
        return parse("postgresql://" + name + ":" + encode(password) + "@" + LOOPBACK + ":" + port + "/" + name);
    }

    /** The whole URL including the password, for a database client only. */
    public String reveal() {
        return text;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    public String database() {
        return database;
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    /** Another database on the same server with the same user. */
    public DatabaseUri withDatabase(String other) {
        String head = text.substring(0, text.indexOf("/", text.indexOf("://") + 3));
        return parse(head + "/" + encode(other) + (parameters.isEmpty() ? "" : "?" + parameters));
    }

    /** The JDBC URL without user and password. */
    public String jdbcUrl() {
        String translated = parameters.isEmpty()
                ? ""
                : Pattern.compile("&")
                        .splitAsStream(parameters)
                        .map(DatabaseUri::forJdbc)
                        .collect(Collectors.joining("&", "?", ""));
        return "jdbc:postgresql://" + host + ":" + port + "/" + encode(database) + translated;
    }

    /** A data source with a login timeout, unless the parameters of the URL set one. */
    public PGSimpleDataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl());
        if (source.getLoginTimeout() == 0) source.setLoginTimeout(LOGIN_SECONDS_MAX);
        source.setUser(user.isEmpty() ? null : user);
        source.setPassword(password);
        return source;
    }

    @Override
    public String toString() {
        return "postgresql://" + (user.isEmpty() ? "" : encode(user) + ":***@") + host + ":" + port + "/" + database;
    }

    private static StoreStartException malformed() {
        return new StoreStartException(
                "database.url must look like postgresql://user:password@host:5432/database (special characters in user"
                        + " and password percent-encoded)");
    }

    private static String forJdbc(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        return JDBC_NAMES.getOrDefault(name, name) + (equals < 0 ? "" : parameter.substring(equals));
    }

    /** Decodes percent-encoding. Unlike in a query, a plus sign in the user, password and path stays a plus sign. */
    private static String decode(String part) {
        return part == null ? "" : URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
