package io.reprise.gateway.rest.feedback;

import io.reprise.config.feedback.FeedbackSettings;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.gateway.rest.UnfitException;
import io.reprise.history.AuditRecorder;
import io.reprise.history.feedback.FeedbackDirectory;
import io.reprise.history.feedback.FeedbackDirectory.Filter;
import io.reprise.history.feedback.FeedbackDirectory.Place;
import io.reprise.message.Failure;
import io.reprise.message.feedback.Rating;
import io.reprise.support.Current;
import io.reprise.support.Permits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Feedback on answers, for administrators. To read the conversation of somebody else around an answer is recorded in the
 * audit log before anything of it is sent.
 */
public final class FeedbackRoutes {
    private static final Pattern CURSOR = Pattern.compile("(-?\\d{1,15})-(\\d{1,18})");

    private final FeedbackDirectory feedback;
    private final Surroundings surroundings;
    private final AuditRecorder audit;
    private final Permits permits;

    public FeedbackRoutes(GatewayParts parts) {
        this.feedback = parts.read().feedback();
        Current<FeedbackSettings> settings = parts.current().map(now -> now.feedback());
        this.surroundings = new Surroundings(
                parts.read().histories(),
                settings,
                parts.current().map(now -> now.log().pageBytesMax()));
        this.audit = parts.administration().audit();
        this.permits = parts.read().wholeReads();
    }

    public void bindTo(Api api) {
        api.on("listFeedback", RoleGuard.forAdmins(this::list))
                .on("getFeedback", RoleGuard.forAdmins(this::get))
                .on("exportFeedback", RoleGuard.forAdmins(this::export));
    }

    private void list(ApiCall call) {
        try {
            Filter filter = filter(call);
            Place place = place(call.text("cursor"));
            audit.record(call.user(), "feedback.listed", null, detail(filter))
                    .compose(recorded -> feedback.list(filter, place, call.integer("limit")))
                    .onSuccess(page -> call.answer(200, ShownFeedback.of(page)))
                    .onFailure(call::storeAway);
        } catch (UnfitException unfit) {
            call.refuse(unfit.failure());
        }
    }

    private void get(ApiCall call) {
        call.found(
                feedback.find(call.session(), call.text("message")),
                Failure.notFound("Feedback"),
                entry -> audit.record(call.user(), "feedback.read", entry.session(), Map.of("message", entry.message()))
                        .compose(recorded -> surroundings.of(entry))
                        .onSuccess(messages -> call.answer(200, ShownFeedback.of(entry, messages)))
                        .onFailure(call::storeAway));
    }

    private void export(ApiCall call) {
        Filter filter;
        try {
            filter = filter(call);
        } catch (UnfitException unfit) {
            call.refuse(unfit.failure());
            return;
        }
        if (!permits.take(call.user())) {
            call.refuse(Failure.tooManyReads());
            return;
        }
        audit.record(call.user(), "feedback.exported", null, detail(filter))
                .onFailure(call::storeAway)
                .compose(recorded -> new FeedbackExport(feedback, filter, surroundings).send(call))
                .onComplete(done -> permits.giveBack(call.user()));
    }

    /** What was asked for, without the text that was looked for. */
    private static Map<String, Object> detail(Filter filter) {
        Map<String, Object> detail = new LinkedHashMap<>();
        if (filter.rating() != null) detail.put("rating", filter.rating().wire());
        if (filter.agent() != null) detail.put("agent", filter.agent());
        if (filter.model() != null) detail.put("model", filter.model());
        return detail;
    }

    private static Place place(String cursor) throws UnfitException {
        if (cursor == null) return null;
        Matcher parts = CURSOR.matcher(cursor);
        if (!parts.matches()) throw new UnfitException(ApiCall.FOREIGN_CURSOR);
        return new Place(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
    }

    private static Filter filter(ApiCall call) throws UnfitException {
        String rating = call.text("rating");
        return new Filter(
                rating == null ? null : Rating.of(rating),
                call.text("agent"),
                call.text("model"),
                call.flag("commented"),
                call.text("q"),
                call.time("from"),
                call.time("to"));
    }
}
