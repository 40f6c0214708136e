-- What each call of a model has used. It outlives its session and its user, without their ids.
CREATE TABLE model_use (
    id           text PRIMARY KEY,
    run_id       text,
    session_id   text REFERENCES session (id) ON DELETE SET NULL,
    user_id      text        NOT NULL,
    agent        text,
    purpose      text        NOT NULL,                  -- answer, title, summary
    provider     text        NOT NULL,
    model        text        NOT NULL,
    at           timestamptz NOT NULL,
    input        bigint      NOT NULL,
    cached_input bigint      NOT NULL,
    cache_write  bigint      NOT NULL,
    output       bigint      NOT NULL,
    reasoning    bigint      NOT NULL,
    estimated    boolean     NOT NULL,
    cost         numeric                                -- unknown without prices
);
CREATE INDEX model_use_session ON model_use (session_id, at) WHERE session_id IS NOT NULL;
CREATE INDEX model_use_at ON model_use (at);
CREATE INDEX model_use_user ON model_use (user_id);

-- The same by day (UTC), written with it, for budgets and charts.
CREATE TABLE usage_day (
    day          date    NOT NULL,
    user_id      text    NOT NULL,
    agent        text    NOT NULL,                      -- empty for the default agent
    purpose      text    NOT NULL,
    provider     text    NOT NULL,
    model        text    NOT NULL,
    calls        bigint  NOT NULL,
    input        bigint  NOT NULL,
    cached_input bigint  NOT NULL,
    cache_write  bigint  NOT NULL,
    output       bigint  NOT NULL,
    reasoning    bigint  NOT NULL,
    estimated    bigint  NOT NULL,
    unpriced     bigint  NOT NULL,
    cost         numeric NOT NULL,
    PRIMARY KEY (user_id, day, agent, purpose, provider, model)
);
CREATE INDEX usage_day_day ON usage_day (day);
