-- A page of what came to a hook begins behind a delivery: of those at the same time, their ids tell which come first.
DROP INDEX hook_delivery_newest;
CREATE INDEX hook_delivery_newest ON hook_delivery (hook_id, at DESC, id DESC);
