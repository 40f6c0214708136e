package io.reprise.store.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;

/** Lua scripts for atomic operations on the checkpoints of one session. */
enum RedisScripts {
    /**
     * Saves a checkpoint and deletes those above the limit. Arguments: id, number of checkpoints per session, fields. No
     * key expires by itself, because only the database knows which checkpoints are still needed; those of earlier
     * versions did.
     */
    SAVE("""
            local key, id = ARGV[1] .. ARGV[2], ARGV[2]
            redis.call('DEL', key)
            redis.call('HSET', key, 'run', ARGV[4], 'seq', ARGV[5], 'at', ARGV[6], 'step', ARGV[7], 'bytes', ARGV[8],
                'body', ARGV[9])
            redis.call('ZADD', KEYS[1], ARGV[5], id)
            redis.call('PERSIST', KEYS[1])
            local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[3])
            if surplus <= 0 then return 0 end
            for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, surplus)) do
                if other ~= id and surplus > 0 then
                    redis.call('DEL', ARGV[1] .. other)
                    redis.call('ZREM', KEYS[1], other)
                    surplus = surplus - 1
                end
            end
            return 0"""),

    /**
     * Lists checkpoints. Arguments: seq to list below, number, earliest time. Returns pairs of an id and its {@link
     * #INFO}.
     */
    LIST("""
            local found = {}
            for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '-inf')) do
                if #found >= tonumber(ARGV[3]) then break end
                local info = redis.call('HMGET', ARGV[1] .. id, 'run', 'seq', 'at', 'step', 'bytes')
                if info[3] and tonumber(info[3]) > tonumber(ARGV[4]) then table.insert(found, {id, info}) end
            end
            return found"""),

    /**
     * Deletes old checkpoints. Arguments: the latest time of an old one, then the ids of checkpoints and runs that are
     * still needed. Returns how many there were and how many are deleted.
     */
    CLEAN("""
            local needed = {}
            for i = 3, #ARGV do needed[ARGV[i]] = true end
            local seen, gone = 0, 0
            for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
                local key = ARGV[1] .. id
                local info = redis.call('HMGET', key, 'at', 'run')
                seen = seen + 1
                if not info[1] then
                    redis.call('ZREM', KEYS[1], id)
                elseif needed[id] or needed[info[2]] then
                    redis.call('PERSIST', key)
                elseif tonumber(info[1]) <= tonumber(ARGV[2]) then
                    redis.call('DEL', key)
                    redis.call('ZREM', KEYS[1], id)
                    gone = gone + 1
                end
            end
            return {seen, gone}"""),

    /** Deletes checkpoints. Argument: the seq up to which they are deleted. */
    ERASE("""
            for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])) do
                redis.call('DEL', ARGV[1] .. id)
                redis.call('ZREM', KEYS[1], id)
            end
            return 0""");

    /** Fields of a checkpoint without its body. */
    static final List<String> INFO = List.of("run", "seq", "at", "step", "bytes");

    private final String text;

    RedisScripts(String text) {
        this.text = text;
    }

    static final String SESSION = "checkpoints:";

    static String key(String session, String id) {
        return "checkpoint:" + session + ":" + id;
    }

    /**
     * The request for the session's keys. The caller appends the arguments, which are {@code ARGV[2]} and following.
     */
    Request on(String session) {
        return Request.cmd(Command.EVAL).arg(text).arg(1).arg(SESSION + session).arg(key(session, ""));
    }
}
