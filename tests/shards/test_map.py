"""The file that says where the shards are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgcredits._shards.map import ShardMap, ShardMapError, ranges, replace, with_moved, written

TWO = """\
# Ours.
shards = 8
proxy = "postgresql://me@proxy/credits"

[servers.a]  # the old one
url = "postgresql://me@a:5432/credits_{shard}"
shards = "0-3, 5"

[servers.b]
url = "postgres://me@b,c/credits_{shard}?target_session_attrs=read-write"
shards = "4, 6 - 7"
"""


def test_each_shard_has_its_url_and_the_proxy_has_one(tmp_path: Path) -> None:
    file = tmp_path / "shards.toml"
    file.write_text(TWO, "utf-8")
    found = ShardMap.read(file)
    assert found.proxy_url == "postgresql://me@proxy/credits"
    assert found.urls[:4] == tuple(f"postgresql://me@a:5432/credits_{each}" for each in range(4))
    assert found.urls[4] == "postgresql://me@b,c/credits_4?target_session_attrs=read-write"
    assert [found.server_of(shard).name for shard in range(8)] == list("aaaababb")


def test_there_are_64_shards_unless_the_map_says_otherwise() -> None:
    found = ShardMap.parse(
        '[servers.one]\nurl = "postgresql://me@one/credits_{shard}"\nshards = "0-63"\n'
    )
    assert len(found.urls) == 64
    assert found.proxy_url is None


def one(**changed: str) -> str:
    lines = {"url": '"postgresql://a/c_{shard}"', "shards": '"0-3"', **changed}
    return "shards = 4\n[servers.a]\n" + "\n".join(f"{k} = {v}" for k, v in lines.items())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no servers"),
        ("shards = 4 4", "not TOML"),
        ("shards = 0\n", "a number from 1 to 1024"),
        ("shards = true\n", "a number from 1 to 1024"),
        ("shards = 1025\n", "a number from 1 to 1024"),
        ("colour = 1\n", "nobody knows: colour"),
        ("shards = 4\nservers = 3", "no servers"),
        ("shards = 4\n[servers]\na = 3", "servers.a is a table"),
        ('shards = 4\n[servers."a b"]\nurl = "postgresql://a/c"', "letters, digits"),
        (one(colour="1"), "nobody knows: colour"),
        (one(url="3"), "servers.a.url is missing"),
        (one(url='"mysql://a/c_{shard}"'), "servers.a.url is malformed"),
        (one(url='"postgresql://[a/c_{shard}"'), "servers.a.url is malformed"),
        (one(url='"postgresql://a"'), "names no database"),
        (one(url='"postgresql://a/c"'), "needs {shard}"),
        (one(url='"postgresql://me:hush@a/c_{shard}"'), "has a password"),
        (one(url='"postgresql://me@a/c_{shard}?password=hush"'), "has a password"),
        (one(shards="3"), 'a text of numbers and ranges: "0-31, 40"'),
        (one(shards='"0-3, x"'), "'x'"),
        (one(shards='"3-0"'), "a range goes up"),
        (one(shards='"0-4"'), "the last shard is 3"),
        (one(shards='"0-1, 3"'), "No server has shard 2, of 4 shards"),
        (one(shards='""'), "No server has shards 0-3, of 4 shards"),
        (one(shards='"0-3, 1"'), "Shard 1 is there twice: on a."),
        (
            one() + '\n[servers.b]\nurl = "postgresql://b/c_{shard}"\nshards = "2"',
            "Shard 2 is there twice: on a and b.",
        ),
        ('proxy = "postgresql://a/c_2"\n' + one(), "Shard 2 has the same database as the proxy"),
        ("proxy = 5\n" + one(), "proxy is missing"),
        ('proxy = "postgresql://me:hush@a/c"\n' + one(), "proxy has a password"),
    ],
)
def test_what_is_wrong_with_a_map_is_said_without_secrets(text: str, said: str) -> None:
    with pytest.raises(ShardMapError) as refused:
        ShardMap.parse(text)
    assert said in str(refused.value)
    assert "hush" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShardMapError, match=r"nowhere\.toml"):
        ShardMap.read(tmp_path / "nowhere.toml")
    (tmp_path / "odd.toml").write_text("shards = 0", "utf-8")
    with pytest.raises(ShardMapError, match=r"odd\.toml: shards is how many"):
        ShardMap.read(tmp_path / "odd.toml")


def test_a_server_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ShardMapError, match="no server c, only: a, b"):
        ShardMap.parse(TWO).server("c")


def test_a_new_map_has_the_shards_in_equal_parts() -> None:
    urls = [(name, f"postgresql://me@{name}/credits_{{shard}}") for name in "abc"]
    made = ShardMap.parse(written(urls, 64, "postgresql://me@p/credits"))
    assert [len(server.shards) for server in made.servers] == [21, 21, 22]
    assert made.proxy_url == "postgresql://me@p/credits"
    with pytest.raises(ShardMapError):
        written([("a", 'postgresql://a/"_{shard}')], 4, None)


def test_a_move_changes_two_lines_and_nothing_else() -> None:
    after = with_moved(TWO, 5, "b")
    assert after == TWO.replace('"0-3, 5"', '"0-3"').replace('"4, 6 - 7"', '"4-7"')
    assert with_moved(TWO, 5, "a") == TWO


def test_a_server_gets_its_first_shard() -> None:
    new = TWO + '\n[servers.c]\nurl = "postgresql://c/credits_{shard}"\n'
    assert ShardMap.parse(with_moved(new, 0, "c")).server("c").shards == (0,)
    assert ShardMap.parse(with_moved(new, 0, "c")).server("a").shards == (1, 2, 3, 5)


def test_a_map_that_only_a_person_can_change_is_refused() -> None:
    inline = 'shards = 1\n[servers]\na = {url = "postgresql://a/c", shards = "0"}\n'
    inline += 'b = {url = "postgresql://b/c"}\n'
    with pytest.raises(ShardMapError, match=r"a table of its own: \[servers.a\]"):
        with_moved(inline, 0, "b")


@pytest.mark.parametrize(
    ("shards", "text"), [([], ""), ([3], "3"), ([3, 1, 2, 7], "1-3, 7"), ([0, 2], "0, 2")]
)
def test_numbers_are_written_as_ranges(shards: list[int], text: str) -> None:
    assert ranges(shards) == text


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "shards.toml"
    replace(file, "a")
    assert file.read_text("utf-8") == "a"
    file.chmod(0o640)
    replace(file, "b")
    assert file.read_text("utf-8") == "b"
    assert file.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["shards.toml"]
