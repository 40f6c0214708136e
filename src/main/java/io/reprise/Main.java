package io.reprise;

import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.file.CatalogFiles;
import io.reprise.catalog.file.CatalogFolder;
import io.reprise.command.BackupCommand;
import io.reprise.command.CommandException;
import io.reprise.command.EraseCommand;
import io.reprise.command.KeyCommand;
import io.reprise.command.local.LocalCluster;
import io.reprise.command.local.LocalNodes;
import io.reprise.config.LoadedSettings;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.SettingsProblem;
import io.reprise.model.provider.Models;
import io.reprise.reload.Hangup;
import io.reprise.store.backup.BackupException;
import io.reprise.store.database.StoreStartException;
import io.reprise.support.MonotonicClock;
import io.reprise.support.PluginFolder;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Logging;
import io.reprise.tool.http.ToolFolder;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Command line of the server: loads the settings, reports every problem in them, and starts the server. */
public final class Main {
    private static final Path CONFIG_USUAL = Path.of("conf", "reprise.yaml");
    private static final int DONE = 0;
    private static final int INVALID = 1;
    private static final int MISUSED = 2;
    private static final int FAILED = 3;

    private static final String HELP = """
            Reprise, a self-hosted server for AI agent sessions.

            usage: scripts/run [--config FILE] [--check-config]
                   scripts/run [--config FILE] --cluster N
                   scripts/run [--config FILE] --check-model [NAME]
                   scripts/run [--config FILE] --token USER [--roles ROLE,...] [--hours HOURS]
                   scripts/run [--config FILE] --create-key USER [--scope SCOPE] [--agents AGENT,...] [--days DAYS]
                              [--per-minute N] [--per-day N] [--name NAME]
                   scripts/run [--config FILE] --list-keys USER | --revoke-key KEY
                   scripts/run --help | --version

              --config FILE   settings to read (default: $REPRISE_CONFIG, else conf/reprise.yaml if it exists)
              --cluster N     start N nodes on this machine that share one private database, print their addresses, and end all
                              of them together
              --check-config  check settings and environment, list every problem, and exit (0: valid, 1: invalid)
              --check-model [NAME]  ask a model of the catalogue for one word, tell why it does not answer, and
                              exit (0: answers, 1: does not); without a name the default model
              --token USER    print a token for this user and exit; needs auth.secret, but no running server
              --roles ROLES   roles of the token, comma-separated: user, staff, admin (default: user)
              --hours HOURS   lifetime of the token, 1 to 720 (default: auth.tokenMinutes)
              --create-key USER  print a new API key for this user and exit, while a server runs
              --scope SCOPE   what the key allows: read, chat or admin (default: chat)
              --agents AGENTS the agents whose sessions the key may reach, comma-separated (default: all)
              --days DAYS     lifetime of the key, 1 to 3650 (default: no end)
              --per-minute N  requests and commands with the key in a minute, at most (default: the server's limit)
              --per-day N     requests and commands with the key in a day of UTC, at most (default: the server's limit)
              --name NAME     of the key, for people
              --list-keys USER  print the API keys of this user, without their text, and exit
              --revoke-key KEY  revoke the API key with this id, and exit
              --erase-user USER  let the server erase all data of this user, and exit
              --backup FILE   save the database in a new file, while the server runs, and exit
              --restore FILE  fill an empty database from such a file, while no server runs, and exit
              --version       print the version and exit
              --help          print this help and exit

            Every setting can also be set as an environment variable: server.port is REPRISE_SERVER_PORT.
            conf/reprise.yaml explains each setting.

            Exit codes: 0 success, 1 start failed, 2 invalid arguments, 3 stopped because the database was lost.
            """;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    Main(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        // Libraries format texts for the machine's locale, also texts that only programs read.
        Locale.setDefault(Locale.ROOT);
        int code = new Main(System.getenv(), System.out, System.err).run(args);
        if (code != DONE) {
            System.exit(code);
        }
    }

    /** Returns the exit code. It is 0 also after the server was started, which then runs on its own threads. */
    int run(String... args) {
        return switch (Arguments.parse(args)) {
            case Arguments.Misused misused -> misused(misused.reason());
            case Arguments.Help help -> print(HELP);
            case Arguments.Version version -> print("reprise " + Version.text() + "\n");
            case Arguments.Check check -> check(source(check.config()));
            case Arguments.CheckModel check -> checkModel(source(check.config()), check.name());
            case Arguments.Token token ->
                command(
                        load(token.config()),
                        settings -> new TokenCommand(settings.auth(), environment, WallClock.system()).make(token));
            case Arguments.EraseUser erase ->
                command(load(erase.config()), settings -> new EraseCommand(settings).erase(erase.user()));
            case Arguments.CreateKey create ->
                command(load(create.config()), settings -> keys(settings).create(create.user(), create.options()));
            case Arguments.ListKeys list ->
                command(load(list.config()), settings -> keys(settings).list(list.user()));
            case Arguments.RevokeKey revoke ->
                command(load(revoke.config()), settings -> keys(settings).revoke(revoke.key()));
            case Arguments.Backup backup ->
                command(load(backup.config()), settings -> backups(settings).save(backup.file()));
            case Arguments.Restore restore ->
                command(load(restore.config()), settings -> backups(settings).restore(restore.file()));
            case Arguments.Cluster cluster -> cluster(source(cluster.config()), cluster);
            case Arguments.Serve serve -> serve(source(serve.config()));
        };
    }

    private static BackupCommand backups(Settings settings) {
        return new BackupCommand(settings, Version.text());
    }

    private static KeyCommand keys(Settings settings) {
        return new KeyCommand(settings, WallClock.system());
    }

    private SettingsSource source(Optional<Path> named) {
        return named.or(() -> Optional.ofNullable(environment.get("REPRISE_CONFIG"))
                        .filter(path -> !path.isBlank())
                        .map(Path::of))
                .or(() -> Optional.of(CONFIG_USUAL).filter(Files::exists))
                .map(file -> SettingsSource.of(file, environment))
                .orElseGet(() -> SettingsSource.of(environment));
    }

    private LoadedSettings load(Optional<Path> named) {
        return source(named).load();
    }

    private int check(SettingsSource source) {
        return switch (source.load()) {
            case LoadedSettings.Valid valid -> checkCatalog(source, valid.settings());
            case LoadedSettings.Invalid invalid -> refuse(invalid);
        };
    }

    private int checkCatalog(SettingsSource source, Settings settings) {
        List<SettingsProblem> problems = new ArrayList<>();
        source.file().ifPresent(file -> {
            ConfigFiles files = ConfigFiles.of(
                    source.read(), CatalogFolder.beside(file).read(), ToolFolder.read(ToolFolder.beside(file)));
            problems.addAll(CatalogFiles.problems(files.others(), settings.model(), reader()));
            problems.addAll(LiveParts.declaredBy(settings.catalog()).problems(files.tools()));
        });
        return problems.isEmpty() ? print("configuration is valid\n") : refuse(new LoadedSettings.Invalid(problems));
    }

    private int checkModel(SettingsSource source, Optional<String> name) {
        return switch (source.load()) {
            case LoadedSettings.Valid valid -> {
                Logging.configure(valid.settings().logging());
                CheckModelCommand.Outcome outcome =
                        new CheckModelCommand(source, valid.settings(), models(), reader()).check(name);
                yield outcome.works() ? print(outcome.text() + "\n") : refuse(outcome.text());
            }
            case LoadedSettings.Invalid invalid -> refuse(invalid);
        };
    }

    private static EntryReader reader() {
        MiddlewareRegistry middleware = MiddlewareRegistry.load(PluginFolder.loader(PluginFolder.USUAL));
        return new EntryReader(models().types(), middleware.types());
    }

    private static Models models() {
        return Models.load(PluginFolder.loader(PluginFolder.USUAL));
    }

    private int serve(SettingsSource source) {
        return switch (source.load()) {
            case LoadedSettings.Valid valid -> start(source, valid.settings());
            case LoadedSettings.Invalid invalid -> refuse(invalid);
        };
    }

    /** Something else than a server; returns one line for the operator. */
    private interface Command {
        String run(Settings settings) throws TokenCommand.RefusedException, CommandException, BackupException;
    }

    private int command(LoadedSettings loaded, Command command) {
        return switch (loaded) {
            case LoadedSettings.Valid valid -> command(valid.settings(), command);
            case LoadedSettings.Invalid invalid ->
                refuse(invalid.problems().getFirst() + " (--check-config lists every problem)");
        };
    }

    private int command(Settings settings, Command command) {
        Logging.configure(settings.logging());
        try {
            return print(command.run(settings) + "\n");
        } catch (TokenCommand.RefusedException | CommandException | BackupException | StoreStartException refused) {
            return refuse(refused.getMessage());
        }
    }

    private int cluster(SettingsSource source, Arguments.Cluster asked) {
        return switch (source.load()) {
            case LoadedSettings.Valid valid -> {
                Logging.configure(valid.settings().logging());
                LocalCluster nodes = new LocalCluster(
                        source,
                        valid.settings(),
                        new LocalNodes.Program(LocalNode.class, asked.config()),
                        asked.nodes(),
                        out,
                        err);
                Runtime.getRuntime().addShutdownHook(new Thread(nodes::end, "shutdown"));
                yield nodes.run();
            }
            case LoadedSettings.Invalid invalid -> refuse(invalid);
        };
    }

    private int start(SettingsSource source, Settings settings) {
        Logging.configure(settings.logging());
        Launch launch = new Launch();
        // Registered before anything is started, so that a signal at any moment stops what is running by then.
        Runtime.getRuntime().addShutdownHook(new Thread(launch::end, "shutdown"));
        try {
            launch.start(() -> Server.start(source)).ifPresent(server -> ready(server, settings));
            return DONE;
        } catch (StoreStartException | Server.StartException cannot) {
            return refuse(cannot.getMessage());
        }
    }

    private int refuse(String reason) {
        err.println("reprise: " + reason);
        return INVALID;
    }

    private void ready(Server server, Settings settings) {
        String host = settings.server().host();
        Hangup.run(server::reload); // First: until then the signal stops the server.
        out.println("Reprise is ready: http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port());
        server.failed().thenAccept(reason -> {
            err.println("reprise: " + reason);
            System.exit(FAILED);
        });
        Thread.ofPlatform().daemon().name("warm-up").start(() -> new WarmUp(settings, MonotonicClock.system()).run());
    }

    private int refuse(LoadedSettings.Invalid invalid) {
        invalid.problems().forEach(problem -> err.println("reprise: " + problem));
        return INVALID;
    }

    private int misused(String reason) {
        err.println("reprise: " + reason + " (see --help)");
        return MISUSED;
    }

    private int print(String text) {
        out.print(text);
        return DONE;
    }
}
