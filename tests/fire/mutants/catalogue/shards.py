"""The proxy, the door of a shard, and the commands for many databases.

Field: a proxy that answers from its own empty tables, takes a lost answer for a refusal, or makes
the calls of one customer on two servers.
"""

from __future__ import annotations

from fire.mutants.edits import always, instead, never, without
from fire.mutants.mutant import mutants
from fire.mutants.places import of_proxy, python

_FAILURES = "proxy/test_failures.py"
_CALLS = "proxy/test_proxy_calls.py"
_PROXY = "proxy/test_proxy.py"
_COMMANDS = "shards/test_commands.py"
_WRITES = "pg_current_xact_id_if_assigned() is not null"

SHARDS = (
    *mutants(
        of_proxy("failure"),
        {
            "a cancelled call has not happened": instead("'40003'", "'57014'"),
            "a wrong password may pass": instead("'28000'", "'08006'"),
            "the answer of a lost shard is a refusal": instead("'08006'", "'22000'"),
        },
        _FAILURES,
    ),
    *mutants(
        of_proxy("hinted_shard"),
        {
            "the hash in a job's id is not looked at": instead(
                "where credits_proxy.strict() or substr(hinted_shard.job_id::text, 15, 1) = '8'",
                "where false",
            ),
        },
        _FAILURES,
    ),
    *mutants(
        of_proxy("homes_of_jobs"),
        {
            "a job that a lost shard may have is unknown": never(
                "exists (select from unnest(v_found) l where l.job_id is null)"
            ),
        },
        _FAILURES,
    ),
    *mutants(
        of_proxy("batch"),
        {
            "what the shards that are there have done is sent again": never(
                "cardinality(v_shards) > 1"
            ),
        },
        _FAILURES,
    ),
    *mutants(
        of_proxy("batch"),
        {"a batch in a transaction that can be rolled back": never(_WRITES)},
        _PROXY,
    ),
    *mutants(
        of_proxy("reads_only"),
        {
            "a call in a transaction that can be rolled back": never(_WRITES),
            "a transaction that only reads writes on a shard": instead(
                "current_setting('transaction_read_only')::boolean", "false"
            ),
        },
        _PROXY,
    ),
    *mutants(
        of_proxy("checked"),
        {"the refusal of a shard is an empty answer": never("checked.answer ? 'error'")},
        _CALLS,
    ),
    *mutants(
        of_proxy("call_page"),
        {
            "a page of all has the page of each shard": without("limit call_page.page_size"),
            "a page of all has the rows of a shard first": instead(
                "order by id limit call_page.page_size", "limit call_page.page_size"
            ),
            "a page of all has its rows in any order": instead(
                "order by p.id", "order by p.id desc"
            ),
        },
        _CALLS,
    ),
    *mutants(
        of_proxy("call_by_job"),
        {
            "a job on two shards is one of them": never("v_home.profiles > 1"),
            "an id that looks as if it had a hash is not looked for elsewhere": always(
                "v_answer #>> '{error,message}' is distinct from 'job_not_found'"
            ),
        },
        _CALLS,
    ),
    *mutants(
        of_proxy("check_same_shard"),
        {
            "a move to another shard is half made": never(
                "credits.shard_of(check_same_shard.profile_id, credits_proxy.shards())"
                " <> credits.shard_of(check_same_shard.other_id, credits_proxy.shards())"
            ),
        },
        _CALLS,
    ),
    *mutants(
        of_proxy("foreign_job_id"),
        {
            "a strict proxy takes any job id": instead(
                "left(foreign_job_id.job_id::text, 7)"
                " <> credits._hash_of_profile(foreign_job_id.profile_id)",
                "false",
            ),
        },
        _PROXY,
    ),
    *mutants(
        of_proxy("merged"),
        {
            "answers of a batch go to other elements": instead(
                "order by h.position", "order by h.position desc"
            ),
        },
        "proxy/test_random.py",
    ),
    *mutants(
        of_proxy("check_versions"),
        {
            "a proxy is newer than its shards": never(
                "string_to_array(credits_proxy.checked(a.answer) ->> 0, '.')::integer[]"
                " < string_to_array(check_versions.version, '.')::integer[]"
            ),
        },
        _PROXY,
    ),
    *mutants(
        of_proxy("run"),
        {
            "a shard makes the calls of another one": never("run.place <> credits_shard.place()"),
        },
        _FAILURES,
    ),
    *mutants(
        of_proxy("run"),
        {
            "a refusal waits for the disk": without(
                "perform set_config('synchronous_commit', 'off', true);"
            ),
        },
        _CALLS,
    ),
    *mutants(
        of_proxy("run"),
        {"a call that a shard cancels is waited for": without("query_canceled or")},
        _FAILURES,
    ),
    *mutants(
        python("tell_proxy"),
        {"an old map sends customers to other databases": instead("moving)", "range(1024))")},
        _PROXY,
    ),
    *mutants(
        python("check_mark"),
        {"a map that confuses two shards": never("mark and mark != marked(shard, count)")},
        _COMMANDS,
    ),
    *mutants(
        python("mark_database"),
        {"the database of another shard becomes this one": never("found and found != wanted")},
        _COMMANDS,
    ),
    *mutants(
        python("_homes"),
        {"two servers have one shard": never("shard in homes")},
        "shards/test_map.py",
    ),
    *mutants(
        python("_refuse_shared"),
        {"two shards are one database": never("url in places")},
        "shards/test_map.py",
    ),
)
