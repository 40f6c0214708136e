package io.reprise.gateway.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.frame.Frame;
import io.reprise.message.UserNotices;
import io.reprise.support.Current;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who receives notices of a user's sessions, and what happens with slow sockets. */
class NoticesTest {
    private static final int CHANGES_MAX = 3;

    private final Notices notices = new Notices(Current.always(CHANGES_MAX));

    private static final class FakeSocket implements Receiver {
        private final List<JsonObject> got = new ArrayList<>();
        private boolean full;

        @Override
        public boolean full() {
            return full;
        }

        @Override
        public void frame(Frame frame) {
            got.add(new JsonObject(frame.text()));
        }
    }

    @Test
    void all_sockets_of_the_user_and_no_others_get_a_notice() {
        FakeSocket one = came("ada");
        FakeSocket two = came("ada");
        FakeSocket bob = came("bob");

        notices.tell(changed("ada", "s1"));

        assertThat(one.got).isEqualTo(two.got).singleElement().satisfies(frame -> {
            assertThat(frame.getString("type")).isEqualTo("notice");
            assertThat(frame.getString("kind")).isEqualTo("session.changed");
            assertThat(frame.getJsonObject("data").getString("session")).isEqualTo("s1");
        });
        assertThat(bob.got).isEmpty();
    }

    @Test
    void a_full_socket_gets_one_notice_when_it_has_room_again() {
        FakeSocket slow = came("ada");
        FakeSocket quick = came("ada");
        slow.full = true;

        for (int i = 0; i < 1_000; i++) notices.tell(changed("ada", "s" + i));
        slow.full = false;
        notices.drained(slow);
        notices.drained(slow);
        notices.drained(quick);

        assertThat(quick.got).hasSize(1_000);
        assertThat(slow.got).singleElement().satisfies(frame -> {
            assertThat(frame.getString("kind")).isEqualTo("session.changed");
            assertThat(frame.getJsonObject("data")).isEmpty();
        });
    }

    @Test
    void many_changed_sessions_of_a_user_cause_one_notice() {
        FakeSocket ada = came("ada");
        FakeSocket bob = came("bob");
        List<UserNotices.Notice> many = new ArrayList<>();
        for (int i = 0; i <= CHANGES_MAX; i++) {
            many.add(notice("ada", "s" + i, UserNotices.Kind.RUN_ENDED));
            many.add(notice("ada", "s" + i, UserNotices.Kind.SESSION_CHANGED));
        }
        many.add(notice("bob", "s_bob", UserNotices.Kind.SESSION_CHANGED));

        notices.tell(new UserNotices(many));

        assertThat(kinds(ada)).containsExactly("run.ended", "run.ended", "run.ended", "run.ended", "session.changed");
        assertThat(ada.got.getLast().getJsonObject("data")).isEmpty();
        assertThat(bob.got)
                .singleElement()
                .satisfies(frame -> assertThat(frame.getJsonObject("data").getString("session"))
                        .isEqualTo("s_bob"));
    }

    @Test
    void as_many_changed_sessions_as_allowed_are_named() {
        FakeSocket ada = came("ada");

        notices.tell(new UserNotices(List.of(
                notice("ada", "s1", UserNotices.Kind.SESSION_CHANGED),
                notice("ada", "s2", UserNotices.Kind.SESSION_CHANGED),
                notice("ada", "s3", UserNotices.Kind.SESSION_CHANGED))));

        assertThat(ada.got.stream().map(frame -> frame.getJsonObject("data").getString("session")))
                .containsExactly("s1", "s2", "s3");
    }

    private static UserNotices.Notice notice(String user, String session, UserNotices.Kind kind) {
        return new UserNotices.Notice(user, session, kind, null, null);
    }

    private static List<String> kinds(FakeSocket socket) {
        return socket.got.stream().map(frame -> frame.getString("kind")).toList();
    }

    @Test
    void closed_sockets_get_no_notices_and_are_forgotten() {
        FakeSocket gone = came("ada");
        gone.full = true;
        notices.tell(changed("ada", "s1"));

        notices.left("ada", gone);
        notices.left("ada", gone);
        gone.full = false;
        notices.drained(gone);
        notices.tell(changed("ada", "s2"));

        assertThat(gone.got).isEmpty();
        assertThat(notices.count()).isZero();
    }

    @Test
    void a_socket_may_close_while_it_receives_a_notice() {
        FakeSocket stays = came("ada");
        notices.came("ada", new Receiver() {
            @Override
            public boolean full() {
                return false;
            }

            @Override
            public void frame(Frame frame) {
                notices.left("ada", this);
            }
        });

        notices.tell(changed("ada", "s1"));
        notices.tell(changed("ada", "s1"));

        assertThat(stays.got).hasSize(2);
        assertThat(notices.count()).isEqualTo(1);
    }

    private FakeSocket came(String user) {
        FakeSocket socket = new FakeSocket();
        notices.came(user, socket);
        return socket;
    }

    private static UserNotices changed(String user, String session) {
        return new UserNotices(
                List.of(new UserNotices.Notice(user, session, UserNotices.Kind.SESSION_CHANGED, "Tides", null)));
    }
}
