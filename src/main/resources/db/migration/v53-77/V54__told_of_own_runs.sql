-- A session that begins with messages of another one, or with given ones, is stored together with the runs they came from,
-- which ended earlier or elsewhere: nobody is told of them. Whatever happens in a session later is told, in another transaction.
CREATE OR REPLACE FUNCTION tell_webhooks(told_session text, told_event text, told_data jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO webhook_delivery (id, webhook_id, session_id, event, data, next_at)
    SELECT 'wd_' || replace(gen_random_uuid()::text, '-', ''), webhook.id, session.id, told_event,
           (jsonb_build_object('session', session.id, 'title', session.title) || told_data)::text,
           coalesce(webhook.retry_at, now())
    FROM session JOIN webhook ON webhook.user_id = session.user_id
    WHERE session.id = told_session AND session.created_at <> transaction_timestamp() AND NOT starts_with(session.id, 't_')
      AND webhook.enabled AND told_event = ANY (webhook.events)
      AND NOT (session.muted AND told_event = 'run.ended')
$$;

CREATE OR REPLACE FUNCTION tell_push(ended run) RETURNS void LANGUAGE sql AS $$
    INSERT INTO push_message (id, subscription_id, session_id, run_id, seq, kind, outcome, next_at)
    SELECT 'pm_' || replace(gen_random_uuid()::text, '-', ''), s.id, session.id, ended.id, session.head_seq,
           CASE WHEN ended.outcome = 'interrupt' THEN 'interrupt.opened'
                WHEN ended.origin = 'recall' THEN 'recall.fired' ELSE 'run.ended' END,
           ended.outcome, now()
    FROM session JOIN push_subscription AS s ON s.user_id = session.user_id
    WHERE session.id = ended.session_id AND session.created_at <> transaction_timestamp()
      AND NOT starts_with(session.id, 't_')
      AND NOT session.muted AND s.ends_at > now() AND ended.outcome <> 'cancelled'
$$;
