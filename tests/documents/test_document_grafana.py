"""The dashboards and the files for exporters: each query runs, and gives what its reader needs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from document_tools import ROOT
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

GRAFANA = ROOT / "docs" / "grafana"
DASHBOARDS = ("metrics", "flows")
Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def load(name: str) -> Any:
    text = (GRAFANA / name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def targets(name: str) -> list[tuple[Any, Any]]:
    """Each panel of a dashboard with each of its queries."""
    panels = load(f"{name}.dashboard.json")["panels"]
    return [(panel, target) for panel in panels for target in panel["targets"]]


@pytest.fixture
def url(db_url: str) -> str:
    """A database with something in most figures."""
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute(
            "select credits.open_profile(p, 500, 5000),"
            " credits.set_alert(p, 5560, '{credits.low}'),"
            " credits.grant_addon(p, 70, 'order', now() + interval '9 days'),"
            " credits.reserve_credits(p, p, 40, hold_for => '1 hour', spender => 'ann')"
            " from (select gen_random_uuid() p from generate_series(1, 3)) x"
        )
        connection.execute(
            "select credits.reserve_credits(p.id, gen_random_uuid(), 100),"
            " credits.refund_job(p.id, 15, 'part') from credits.profiles p"
        )
        connection.execute("analyze credits.ledger, credits.jobs")
    return db_url


def read(url: str, sql: str) -> tuple[list[str], list[dict[str, Any]]]:
    """The names of the columns and the rows, as a reader gets them."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.read_only = True
        connection.execute("set role credits_reader")
        done = connection.execute(sql)
        assert done.description is not None
        names = [column.name for column in done.description]
        assert len(names) == len(set(names))
        return names, done.fetchall()


def figures(url: str) -> Series:
    """What the view says."""
    rows = read(url, "select name, labels, value from credits.metrics")[1]
    return {
        (row["name"], tuple(sorted(row["labels"].items()))): float(row["value"]) for row in rows
    }


def same(found: Series, url: str) -> None:
    """Estimates of the server may have moved meanwhile."""
    said = figures(url)
    assert found.keys() == said.keys()
    for key, value in said.items():
        if "estimated" not in key[0]:
            assert found[key] == value, key


def series(name: str, labels: dict[str, Any], value: float) -> Series:
    """As Prometheus has it: a label without a value is none."""
    return {(name, tuple(sorted((k, v) for k, v in labels.items() if v))): float(value)}


def relabelled(name: str, labels: dict[str, str]) -> tuple[str, dict[str, str]]:
    """What the rules of prometheus.yml make of a series."""
    (job,) = load("prometheus.yml")["scrape_configs"]
    labels = {**labels, "__name__": name}
    for rule in job["metric_relabel_configs"]:
        if rule.get("action") == "labeldrop":
            labels = {k: v for k, v in labels.items() if not re.fullmatch(rule["regex"], k)}
            continue
        joined = ";".join(labels.get(source, "") for source in rule["source_labels"])
        if found := re.fullmatch(rule["regex"], joined):
            labels[rule["target_label"]] = found[1]
    return labels.pop("__name__"), labels


def test_postgres_exporter_gets_every_figure(url: str) -> None:
    ((namespace, asked),) = load("postgres_exporter.yml").items()
    usages = {name: how["usage"] for each in asked["metrics"] for name, how in each.items()}
    assert all(how["description"] for each in asked["metrics"] for how in each.values())
    names, rows = read(url, asked["query"])
    assert names == list(usages)
    labels = [name for name, usage in usages.items() if usage == "LABEL"]
    (gauge,) = [name for name, usage in usages.items() if usage == "GAUGE"]
    found: Series = {}
    for row in rows:
        assert None not in row.values(), "a figure without a value would be NaN"
        name, kept = relabelled(f"{namespace}_{gauge}", {label: row[label] for label in labels})
        found |= series(name, kept, row[gauge])
    same(found, url)


def test_sql_exporter_gets_every_figure(url: str) -> None:
    collector = load("sql_exporter.collector.yml")
    assert collector.keys() == {"collector_name", "metrics", "queries"}
    queries = {each["query_name"]: read(url, each["query"]) for each in collector["queries"]}
    found: Series = {}
    used: set[str] = set()
    for metric in collector["metrics"]:
        assert metric.keys() - {"key_labels"} == {
            *("metric_name", "type", "help", "values", "query_ref")
        }
        assert metric["type"] == "gauge"
        (value,), labels = metric["values"], metric.get("key_labels", [])
        used |= {value, *labels}
        for row in queries[metric["query_ref"]][1]:
            if row[value] is not None:
                kept = {label: row[label] for label in labels}
                assert None not in kept.values()
                found |= series(metric["metric_name"], kept, row[value])
    assert used == {name for names, _ in queries.values() for name in names}
    same(found, url)


def test_panels_have_their_places_and_no_data_source_of_ours() -> None:
    for name in DASHBOARDS:
        board = load(f"{name}.dashboard.json")
        panels = board["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        assert all(panel["title"] and panel["description"].endswith(".") for panel in panels)
        places = [panel["gridPos"] for panel in panels]
        assert all(place["x"] + place["w"] <= 24 for place in places)
        for one, other in combinations(places, 2):
            beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
            assert beside or below
        for panel, target in targets(name):
            assert panel["datasource"] == target["datasource"]
            assert target["datasource"]["uid"] == "${datasource}"
        (variable,) = board["templating"]["list"]
        assert variable["query"] == panels[0]["datasource"]["type"]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_one_that_grafana_imports(name: str) -> None:
    board = load(f"{name}.dashboard.json")
    assert "id" not in board, "Grafana gives it"
    assert re.fullmatch(r"[a-z-]{8,40}", board["uid"])
    assert board["schemaVersion"] == 39
    assert "__inputs" not in board, "the data source is a variable, chosen at the top"
    (variable,) = board["templating"]["list"]
    assert (variable["name"], variable["type"], variable["refresh"]) == (
        *("datasource", "datasource", 1),
    )
    assert variable["query"] in {"prometheus", "grafana-postgresql-datasource"}
    assert (board["refresh"], board["timezone"], board["time"]["to"]) == ("", "utc", "now")
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place.keys() == {"x", "y", "w", "h"}
        assert place["x"] >= 0 <= place["y"]
        assert place["w"] >= 6
        assert place["h"] >= 4
        # Amounts in a table are exact; elsewhere 5,445 may be 5.45 K.
        unit = panel["fieldConfig"]["defaults"]["unit"]
        assert (
            unit
            in {"stat": {"short", "s"}, "timeseries": {"short"}, "table": {"locale"}}[panel["type"]]
        )
        references = [target["refId"] for target in panel["targets"]]
        assert references == ["A", "B", "C"][: len(references)]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_grafanas_own_models_know_all_of_a_dashboard(name: str) -> None:
    reason = "pip install grafana-foundation-sdk"
    models = pytest.importorskip("grafana_foundation_sdk.models.dashboard", reason=reason)
    encoder = pytest.importorskip("grafana_foundation_sdk.cog.encoder", reason=reason)
    pytest.importorskip("grafana_foundation_sdk.cog.plugins").register_default_plugins()
    board = load(f"{name}.dashboard.json")
    read = json.loads(encoder.JSONEncoder(sort_keys=True).encode(models.Dashboard.from_json(board)))
    assert lost(board, read) == []


def lost(given: Any, read: Any, where: str = "") -> list[str]:
    """What was not read, or read as something else; the models may add what they take for it."""
    if isinstance(given, dict) and isinstance(read, dict):
        inner = [(f"{where}.{key}", value, read.get(key)) for key, value in given.items()]
    elif isinstance(given, list) and isinstance(read, list) and len(given) == len(read):
        inner = [(f"{where}[{at}]", *both) for at, both in enumerate(zip(given, read, strict=True))]
    else:
        return [] if given == read else [f"{where}: {given} is {read}"]
    return [each for name, value, other in inner for each in lost(value, other, name)]


def test_a_panel_or_an_alert_shows_every_figure_by_its_labels(url: str) -> None:
    labels: dict[str, set[str]] = {}
    for name, pairs in figures(url):
        labels.setdefault(name, set()).update(label for label, _ in pairs)
    rules = load("alerts.yml")["groups"][0]["rules"]
    expressions = [target["expr"] for _, target in targets("metrics")]
    shown: set[str] = set()
    for expression in [*expressions, *(rule["expr"] for rule in rules)]:
        (name,) = re.findall(r"pgcredits_\w+", expression)
        shown.add(name)
        by = re.findall(r"by \((.*?)\)", expression)
        used = {*re.findall(r"(\w+)=", expression), *re.split(r",\s*", by[0] if by else "")}
        assert used - {"", "instance"} <= labels[name], expression
    assert shown == labels.keys()


def expanded(sql: str) -> str:
    """What Grafana makes of its macros: the last thirty days."""
    now = datetime.now(UTC)
    begin = now - timedelta(days=30)
    return sql.replace("$__timeFrom()", f"'{begin:%Y-%m-%dT%H:%M:%SZ}'").replace(
        "$__timeTo()", f"'{now:%Y-%m-%dT%H:%M:%SZ}'"
    )


def test_a_refresh_reads_the_ledger_as_often_as_it_is_said() -> None:
    reading = [
        panel["title"]
        for panel, target in targets("flows")
        if re.search(r"credits\.(daily_flows|usage_daily|job_flows|ledger)", target["rawSql"])
    ]
    assert len(reading) == 3
    told = load("flows.dashboard.json")["description"]
    assert "reads the ledger three times: see docs/usage.md, Exporters and dashboards." in told
    section = (
        (ROOT / "docs" / "usage.md").read_text("utf-8").split("## Exporters and dashboards")[1]
    )
    assert "`flows.dashboard.json` reads the ledger three times" in section.partition("\n## ")[0]


def test_the_queries_of_credits_by_day_run(url: str) -> None:
    found = {}
    for panel, target in targets("flows"):
        names, rows = read(url, expanded(target["rawSql"]))
        assert rows, panel["title"]
        if target["format"] == "time_series":
            assert panel["type"] == "timeseries"
            assert names[0] == "time"
            assert all(row["time"].tzinfo is not None for row in rows)
            assert all(type(row[name]) is float for row in rows for name in names[1:])
        else:
            assert panel["type"] == "table"
        found[panel["title"]] = rows
    (flows,), (failures,) = found["What came and went"], found["What failures cost"]
    del flows["time"], failures["time"]
    assert flows == {
        "granted, renewed": 3 * 5570,
        "returned": 45,
        "consumed": -420,
        "lapsed, revoked": 0,
    }
    assert failures == {"consumed": 420, "returned": 45}
    assert [row["spender"] for row in found["Who spent it"]] == ["(nobody named)", "ann"]
    assert [row["available"] for row in found["Who is low"]] == [5445, 5445, 5445]
    assert [row["left"] for row in found["What expires in 30 days"]] == [70, 70, 70]


def test_promtool_takes_the_rules_and_every_expression(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool: apt-get install prometheus")
    rules = load("alerts.yml")
    rules["groups"].append(
        {
            "name": "panels",
            "rules": [
                {"record": f"panel_{number}", "expr": target["expr"]}
                for number, (_, target) in enumerate(targets("metrics"))
            ],
        }
    )
    (tmp_path / "all.yml").write_text(yaml.safe_dump(rules), "utf-8")
    (tmp_path / "test.yml").write_text(yaml.safe_dump(SWEEPER_STOPPED), "utf-8")
    for arguments in (
        ["check", "config", GRAFANA / "prometheus.yml"],
        ["check", "rules", tmp_path / "all.yml"],
        ["test", "rules", tmp_path / "test.yml"],
    ):
        ran = subprocess.run([promtool, *arguments], check=False, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr


# A hold is overdue, and more so each minute; and there are figures for a while.
SWEEPER_STOPPED = {
    "rule_files": [str(GRAFANA / "alerts.yml")],
    "evaluation_interval": "1m",
    "tests": [
        {
            "interval": "1m",
            "input_series": [
                {
                    "series": 'pgcredits_oldest_overdue_seconds{what="hold"}',
                    "values": "0+60x40",
                },
                {"series": 'pgcredits_profiles{state="open"}', "values": "1+0x40"},
            ],
            "alert_rule_test": [
                {"alertname": "PgcreditsNobodySweeps", "eval_time": "15m", "exp_alerts": []},
                {
                    "alertname": "PgcreditsNobodySweeps",
                    "eval_time": "25m",
                    "exp_alerts": [
                        {
                            "exp_labels": {"severity": "warning", "what": "hold"},
                            "exp_annotations": {
                                "summary": "A hold is overdue for 25m 0s",
                                "description": "Run expire_holds and expire_packs regularly, or "
                                "pgcredits expire --every 60s.",
                            },
                        }
                    ],
                },
                {"alertname": "PgcreditsNoFigures", "eval_time": "40m", "exp_alerts": []},
                {
                    "alertname": "PgcreditsNoFigures",
                    "eval_time": "60m",
                    "exp_alerts": [
                        {
                            "exp_labels": {"severity": "warning"},
                            "exp_annotations": {
                                "summary": "No figures of pgcredits",
                                "description": "The exporter, its login or its query does not "
                                "work.",
                            },
                        }
                    ],
                },
            ],
        }
    ],
}


@contextmanager
def listening(command: list[object], log: Path, **variables: str) -> Iterator[str]:
    """The address of a program that listens on a free port, for the time of the block."""
    with log.open("w") as output:
        program = subprocess.Popen(
            [str(word) for word in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **variables},
        )
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(r"Listening on.*?(127\.0\.0\.1:\d+)", log.read_text())):
            assert program.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield found[1]
    finally:
        program.terminate()
        program.wait(timeout=60)


def test_prometheus_has_every_figure_by_way_of_postgres_exporter(url: str, tmp_path: Path) -> None:
    exporter, prometheus = shutil.which("prometheus-postgres-exporter"), shutil.which("prometheus")
    if exporter is None or prometheus is None:
        pytest.skip("apt-get install prometheus prometheus-postgres-exporter")
    given = conninfo_to_dict(url)
    source = " ".join(f"{key}={value}" for key, value in given.items()) + " sslmode=disable"
    listen = "--web.listen-address=127.0.0.1:0"
    asked = ["--disable-default-metrics", "--disable-settings-metrics"]
    queries = f"--extend.query-path={GRAFANA / 'postgres_exporter.yml'}"
    with listening(
        [exporter, listen, queries, *asked], tmp_path / "exporter.log", DATA_SOURCE_NAME=source
    ) as scraped:
        config = load("prometheus.yml")
        config["global"]["scrape_interval"] = "1s"
        config["rule_files"] = [str(GRAFANA / "alerts.yml")]
        config["scrape_configs"][0]["static_configs"][0]["targets"] = [scraped]
        (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
        with listening(
            [
                prometheus,
                listen,
                f"--config.file={tmp_path / 'prometheus.yml'}",
                f"--storage.tsdb.path={tmp_path / 'data'}",
            ],
            tmp_path / "prometheus.log",
        ) as address:
            same(scraped_series(address), url)


def scraped_series(address: str) -> Series:
    """What Prometheus has once it is ready and has scraped."""
    question = f'http://{address}/api/v1/query?query={{__name__=~"pgcredits_.*"}}'
    deadline = time.monotonic() + 60
    result: list[Any] = []
    while not result:
        assert time.monotonic() < deadline
        time.sleep(0.2)
        try:
            with urllib.request.urlopen(question, timeout=60) as answer:
                result = json.loads(answer.read())["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
    found: Series = {}
    for each in result:
        labels = {k: v for k, v in each["metric"].items() if k not in ("job", "instance", "server")}
        found |= series(labels.pop("__name__"), labels, float(each["value"][1]))
    return found
