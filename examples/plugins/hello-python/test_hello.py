"""Tests of the command with a context in memory: no host is needed. Run them with: python3 -m unittest"""

from __future__ import annotations

import contextlib
import io
import tempfile
import threading
import unittest

from hello import greet, hello, read_names
from milkbottle import Context, Invocation, KeyValues, Log

USUAL = {"greeting": "Hello", "count": False}


def make_context() -> Context:
    """What the host would hand to the plugin."""
    values: dict[str, object] = {}

    def call(method: str, given: dict[str, object]) -> object:
        key = str(given.get("key"))
        if method == "kv.get":
            return {"value": values[key]} if key in values else {}
        values[key] = given["value"]
        return None

    return Context(
        plugin={"id": "local/hello-python", "version": "1.0.0"},
        config={},
        workspace=".",
        data=".",
        kv=KeyValues(call),
        log=Log(lambda method, given: None),
        progress=lambda message, fraction: None,
        cancellation=threading.Event(),
    )


def run(invocation: Invocation, context: Context) -> tuple[object, list[str]]:
    """What the command returned, and the lines that it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        value = hello(invocation, context)
    return value, printed.getvalue().splitlines()


class Command(unittest.TestCase):
    def test_greets_who_was_named_in_the_words_that_were_asked_for(self) -> None:
        invocation = Invocation({"name": "Ada"}, {**USUAL, "greeting": "Good day"})
        value, lines = run(invocation, make_context())
        self.assertEqual(value, {"greeted": ["Ada"], "total": 1})
        self.assertEqual(lines, ["Good day, Ada!"])

    def test_greets_the_names_in_a_file(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("Ada\nBen\n")
            file.flush()
            invocation = Invocation({"name": "world"}, {**USUAL, "from": file.name})
            _, lines = run(invocation, make_context())
        self.assertEqual(lines, ["Hello, Ada!", "Hello, Ben!"])

    def test_remembers_how_many_it_has_greeted(self) -> None:
        context = make_context()
        invocation = Invocation({"name": "Ada"}, {**USUAL, "count": True})
        run(invocation, context)
        _, lines = run(invocation, context)
        self.assertEqual(lines[-1], "Greeted so far: 2")


class Parts(unittest.TestCase):
    def test_greet_gives_one_line_for_each_name(self) -> None:
        self.assertEqual(greet(["Ada", "Ben"], "Hello"), ["Hello, Ada!", "Hello, Ben!"])

    def test_read_names_takes_one_name_a_line_and_no_empty_ones(self) -> None:
        self.assertEqual(read_names(" Ada\r\n\n Ben Ali \n"), ["Ada", "Ben Ali"])


if __name__ == "__main__":
    unittest.main()
