package io.reprise.gateway.rest.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.config.Settings;
import io.reprise.config.usage.BudgetSettings;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.history.SessionDirectory;
import io.reprise.history.usage.ModelUse.Purpose;
import io.reprise.history.usage.SpentBudgets;
import io.reprise.history.usage.UsageDirectory;
import io.reprise.history.usage.UsageDirectory.Filter;
import io.reprise.history.usage.UsageDirectory.Group;
import io.reprise.history.usage.UsageDirectory.OfRun;
import io.reprise.history.usage.UsageDirectory.OfSession;
import io.reprise.history.usage.UsageDirectory.Total;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/** What models were used for: their own for everybody, that of all for administrators. */
public final class UsageRoutes {
    private static final Failure FOREIGN =
            Failure.of(ErrorCode.FORBIDDEN, "Only administrators see what others have used.");

    /** Without `from`: so many days up to `to`. */
    private static final int DAYS = 30;

    private final UsageDirectory usage;
    private final SessionDirectory sessions;
    private final Current<Settings> settings;
    private final WallClock time;

    public UsageRoutes(GatewayParts parts) {
        this.usage = parts.read().usage();
        this.sessions = parts.read().sessions();
        this.settings = parts.current();
        this.time = parts.time();
    }

    public void bindTo(Api api) {
        api.on("listUsage", this::list).on("getSessionUsage", this::ofSession);
    }

    private void list(ApiCall call) {
        LocalDate to;
        LocalDate from;
        try {
            to = call.text("to") == null ? SpentBudgets.day(time) : LocalDate.parse(call.text("to"));
            from = call.text("from") == null ? to.minusDays(DAYS - 1L) : LocalDate.parse(call.text("from"));
        } catch (DateTimeParseException | ArithmeticException e) {
            call.refuse(Failure.badRequest("`from` and `to` must be days such as 2026-11-01."));
            return;
        }
        String user = call.text("user");
        if (!call.caller().isAdmin()) {
            if (user != null && !user.equals(call.user())) {
                call.refuse(FOREIGN);
                return;
            }
            user = call.user();
        }
        Group group = Group.valueOf(call.text("group").toUpperCase(Locale.ROOT));
        Filter filter = new Filter(from, to, user, call.text("model"), call.text("agent"));
        usage.totals(filter, group, call.text("cursor"), call.integer("limit"))
                .onSuccess(page -> call.answer(
                        200,
                        new Report(
                                currency(),
                                filter.from().toString(),
                                filter.to().toString(),
                                call.text("group"),
                                Budget.of(settings.get().budgets()),
                                page.rows().stream().map(row -> row(group, row)).toList(),
                                page.cursor())))
                .onFailure(call::unread);
    }

    private String currency() {
        return settings.get().usage().currency();
    }

    private void ofSession(ApiCall call) {
        sessions.find(call.user(), call.session())
                .onSuccess(found -> {
                    if (found.isEmpty()) call.refuse(Failure.notFound());
                    else runs(call);
                })
                .onFailure(call::storeAway);
    }

    private void runs(ApiCall call) {
        usage.ofSession(call.session(), call.text("run"), call.text("cursor"), call.integer("limit"))
                .compose(page -> usage.ofSession(call.session())
                        .map(whole -> new SessionReport(
                                currency(),
                                Row.of(null, null, whole.total()),
                                ContextReport.of(whole),
                                page.rows().stream().map(Row::of).toList(),
                                page.cursor())))
                .onSuccess(report -> call.answer(200, report))
                .onFailure(call::unread);
    }

    private static Row row(Group group, Total total) {
        String title = group == Group.PURPOSE
                ? Purpose.of(total.key()).map(Purpose::title).orElse(null)
                : null;
        return Row.of(total.key(), title, total);
    }

    /** @param budget absent without a budget of users */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Report(
            String currency, String from, String to, String group, Budget budget, List<Row> rows, String cursor) {}

    /** @param total of all runs, also of those that are not among the rows */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record SessionReport(String currency, Row total, ContextReport context, List<Row> rows, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ContextReport(long usedTokens, long largestTokens, Long maxTokens) {
        /** Null if no answer was made. */
        static ContextReport of(OfSession session) {
            if (session.usedTokens() == null) return null;
            return new ContextReport(session.usedTokens(), session.largestTokens(), session.maxTokens());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Budget(Integer userDayTokens, BigDecimal userDayCost) {
        static Budget of(BudgetSettings budgets) {
            if (!budgets.limitsUsers()) return null;
            return new Budget(
                    budgets.userDayTokens() == 0 ? null : budgets.userDayTokens(),
                    budgets.userDayCost().orElse(null));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Row(
            String key,
            String title,
            String run,
            String provider,
            String model,
            String at,
            long calls,
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteInputTokens,
            long outputTokens,
            long reasoningTokens,
            long estimatedCalls,
            long unpricedCalls,
            BigDecimal cost) {
        static Row of(OfRun of) {
            return of(
                    null,
                    null,
                    of.run(),
                    of.provider(),
                    of.model(),
                    Instant.ofEpochMilli(of.atMs()).toString(),
                    of.total());
        }

        static Row of(String key, String title, Total total) {
            return of(key, title, null, null, null, null, total);
        }

        private static Row of(
                String key, String title, String run, String provider, String model, String at, Total total) {
            return new Row(
                    key,
                    title,
                    run,
                    provider,
                    model,
                    at,
                    total.calls(),
                    total.input(),
                    total.cachedInput(),
                    total.cacheWrite(),
                    total.output(),
                    total.reasoning(),
                    total.estimated(),
                    total.unpriced(),
                    total.cost());
        }
    }
}
