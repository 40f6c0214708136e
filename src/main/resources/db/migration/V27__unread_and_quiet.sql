-- How far its user has read a session: every event up to read_seq was seen, and unread has the last event of each finished
-- message of the assistant that was not; the newest ones. Neither is indexed: a row whose index entries stay the same is
-- updated in its page.
ALTER TABLE session
    ADD COLUMN read_seq bigint   NOT NULL DEFAULT 0,
    ADD COLUMN unread   bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN muted    boolean  NOT NULL DEFAULT false;

-- What a person prefers, wherever they are signed in: when nobody is to notify them.
CREATE TABLE preference (
    user_id    text PRIMARY KEY,
    quiet_from text,                                    -- HH:mm in the zone; null: at no time
    quiet_to   text,
    quiet_zone text
);

-- Nobody is told that a run of a muted session has ended. What waits for a decision is told all the same.
CREATE OR REPLACE FUNCTION tell_webhooks(told_session text, told_event text, told_data jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO webhook_delivery (id, webhook_id, session_id, event, data, next_at)
    SELECT 'wd_' || replace(gen_random_uuid()::text, '-', ''), webhook.id, session.id, told_event,
           (jsonb_build_object('session', session.id, 'title', session.title) || told_data)::text,
           coalesce(webhook.retry_at, now())
    FROM session JOIN webhook ON webhook.user_id = session.user_id
    WHERE session.id = told_session AND webhook.enabled AND told_event = ANY (webhook.events)
      AND NOT (session.muted AND told_event = 'run.ended')
$$;
