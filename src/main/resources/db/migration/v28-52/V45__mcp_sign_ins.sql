-- Sign-ins of people to MCP servers: their tokens, and sign-ins under way. Both are sealed.
CREATE TABLE mcp_sign_in (
    id              text PRIMARY KEY,                   -- a hash of user and server
    user_id         text        NOT NULL,
    server          text        NOT NULL,               -- name of its entry in the catalogue
    secret          bytea,                              -- tokens, and the client they were given to; null: not signed in
    version         bigint      NOT NULL DEFAULT 0,     -- of the tokens
    signed_in_at    timestamptz,
    state           text,                               -- hash of the state of the sign-in under way; null: none
    attempt         bytea,
    attempt_ends_at timestamptz
);
CREATE INDEX mcp_sign_in_of_user ON mcp_sign_in (user_id, server);
CREATE UNIQUE INDEX mcp_sign_in_state ON mcp_sign_in (state) WHERE state IS NOT NULL;
