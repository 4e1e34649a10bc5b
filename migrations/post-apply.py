"""Applies the logic in sql/, in the manifest's order, after the numbered migrations."""

from pgcredits.schema import logic_files
from yoyo import step


def apply(connection):
    for file in logic_files():
        connection.execute(file.read_text("utf-8"))


step(apply)
