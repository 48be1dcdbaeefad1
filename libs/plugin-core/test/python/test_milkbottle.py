"""Tests of the library for plugins in Python. The vectors are those that the library for JavaScript is tested with."""

import json
import os
import random
import sys
import threading
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "languages" / "python"))

import milkbottle  # noqa: E402
from milkbottle import Context, HostError, Invocation, KeyValues, Log, Plugin  # noqa: E402

FULL = os.environ.get("MB_TEST_SIZE") == "full"


def read_vectors(name):
    return json.loads((HERE.parent / "vectors" / name).read_text(encoding="utf-8"))


class Vectors(unittest.TestCase):
    def test_messages(self):
        for vector in read_vectors("messages.json"):
            with self.subTest(vector["title"]):
                if "fault" not in vector:
                    self.assertEqual(milkbottle._parse_message(vector["line"]), vector["message"])
                    continue
                with self.assertRaises(milkbottle._Fault) as caught:
                    milkbottle._parse_message(vector["line"])
                self.assertEqual(caught.exception.kind, "malformed")
                self.assertEqual(str(caught.exception), vector["fault"])

    def test_lines(self):
        for vector in read_vectors("lines.json"):
            with self.subTest(vector["title"]):
                decoder = milkbottle._LineDecoder(vector["maxBytes"])
                cut, fault = [], None
                try:
                    for chunk in vector["chunks"]:
                        cut.extend(decoder.push(bytes.fromhex(chunk)))
                except milkbottle._Fault as caught:
                    fault = caught.kind
                self.assertEqual((cut, fault), (vector["lines"], vector.get("fault")))


def random_value(source, depth=0):
    makers = [
        lambda: None,
        lambda: source.random() < 0.5,
        lambda: source.randint(-(2**53), 2**53),
        lambda: source.uniform(-1e9, 1e9),
        lambda: "".join(chr(source.choice([10, 34, 92, 127, 233, 0xD800, 0x1F600])) for _ in range(5)),
    ]
    if depth < 4:
        makers += [
            lambda: [random_value(source, depth + 1) for _ in range(source.randint(0, 3))],
            lambda: {
                str(source.random()): random_value(source, depth + 1)
                for _ in range(source.randint(0, 3))
            },
        ]
    return source.choice(makers)()


class Codec(unittest.TestCase):
    def test_gives_back_any_value_however_the_bytes_are_cut(self):
        for seed in range(5000 if FULL else 300):
            source = random.Random(seed)
            values = [random_value(source) for _ in range(3)]
            members = [{"id": number + 1, "result": value} for number, value in enumerate(values)]
            data = b"".join(milkbottle._format_message(each) for each in members)
            decoder, read = milkbottle._LineDecoder(), []
            while data:
                size = source.randint(1, 20)
                lines = [milkbottle._parse_message(line) for line in decoder.push(data[:size])]
                read += [message["value"] for message in lines]
                data = data[size:]
            self.assertEqual(read, values, f"seed {seed}")

    def test_never_fails_but_with_a_fault(self):
        for seed in range(5000 if FULL else 300):
            source = random.Random(seed)
            line = list('{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}')
            for _ in range(source.randint(1, 6)):
                line[source.randrange(len(line))] = source.choice('{}[]",:01eE-.\\nu \x00é')
            try:
                milkbottle._parse_message("".join(line))
            except milkbottle._Fault:
                pass

    def test_refuses_what_json_does_not_have(self):
        looped = []
        looped.append(looped)
        for value in (float("nan"), float("inf"), {1, 2}, b"bytes", object(), looped):
            with self.subTest(repr(value)), self.assertRaises((TypeError, ValueError)):
                milkbottle._format_message({"id": 1, "result": value})

    def test_refuses_what_is_too_large(self):
        with self.assertRaisesRegex(ValueError, "larger than 8388608 bytes"):
            milkbottle._format_message({"id": 1, "result": "x" * (8 * 1024 * 1024)})

    def test_refuses_deep_nesting_without_an_error_of_recursion(self):
        with self.assertRaises(milkbottle._Fault):
            milkbottle._parse_message("[" * 1_000_000)
        value = []
        for _ in range(1_000_000):
            value = [value]
        with self.assertRaises(ValueError):
            milkbottle._format_message({"id": 1, "result": value})


class Host:
    """The other end of a connection."""

    def __init__(self, test):
        import socket

        self._near, far = socket.socketpair()
        test.addCleanup(self._near.close)
        test.addCleanup(far.close)
        self.ended = threading.Event()
        self.fault = None
        self.peer = milkbottle._Peer(far.fileno(), self._end)
        self.peer.start()
        self._file = self._near.makefile("rb")
        test.addCleanup(self._file.close)
        self._near.settimeout(20)
        test.addCleanup(self._hang_up)

    def _hang_up(self):
        # Its thread has to be gone before the number of its descriptor is another's.
        self._near.shutdown(2)
        self.ended.wait(20)

    def _end(self, fault):
        self.fault = fault
        self.ended.set()

    def send(self, *messages):
        lines = [json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages]
        self._near.sendall("".join(lines).encode())

    def receive(self):
        return json.loads(self._file.readline())


class Peer(unittest.TestCase):
    def call_in_thread(self, host, method, params):
        outcome = []

        def call():
            try:
                outcome.append(host.peer.call(method, params))
            except HostError as error:
                outcome.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        return thread, outcome

    def test_calls_the_host_and_gives_its_answer(self):
        host = Host(self)
        thread, outcome = self.call_in_thread(host, "kv.get", {"key": "a"})
        asked = host.receive()
        self.assertEqual(
            asked, {"jsonrpc": "2.0", "id": 1, "method": "kv.get", "params": {"key": "a"}}
        )
        host.send({"id": 1, "result": {"value": 7}})
        thread.join()
        self.assertEqual(outcome, [{"value": 7}])

    def test_raises_what_the_host_refuses(self):
        host = Host(self)
        thread, outcome = self.call_in_thread(host, "kv.set", {})
        host.receive()
        error = {"code": -32003, "message": "too much", "data": {"code": "MB_STORE_LIMIT"}}
        host.send({"id": 1, "error": error})
        thread.join()
        self.assertIsInstance(outcome[0], HostError)
        self.assertEqual(
            (outcome[0].code, str(outcome[0]), outcome[0].data),
            (-32003, "too much", {"code": "MB_STORE_LIMIT"}),
        )

    def test_hands_answers_to_whom_they_belong_in_any_order(self):
        host = Host(self)
        calls = [self.call_in_thread(host, "echo", {"n": n}) for n in range(100)]
        for _ in range(0, 100, 50):
            asked = [host.receive() for _ in range(50)]
            host.send(*({"id": each["id"], "result": each["params"]["n"]} for each in reversed(asked)))
        for number, (thread, outcome) in enumerate(calls):
            thread.join()
            self.assertEqual(outcome, [number])

    def test_keeps_calls_beyond_the_window_waiting(self):
        host = Host(self)
        calls = [self.call_in_thread(host, "echo", {}) for _ in range(65)]
        asked = [host.receive() for _ in range(64)]
        self.assertEqual(len(host.peer._calls), 64)
        host.send({"id": asked[0]["id"], "result": None})
        last = host.receive()
        self.assertEqual(last["id"], 65)
        host.send(*({"id": each["id"], "result": None} for each in [*asked[1:], last]))
        for thread, _ in calls:
            thread.join()

    def test_answers_a_ping_while_it_is_busy(self):
        host = Host(self)
        host.send({"id": 1, "method": "execute"}, {"id": 2, "method": "$/ping"})
        self.assertEqual(host.receive(), {"jsonrpc": "2.0", "id": 2, "result": None})

    def test_tells_a_request_that_it_is_no_longer_wanted(self):
        host = Host(self)
        host.send({"id": 1, "method": "execute"})
        request = host.peer.requests.get(timeout=5)
        self.assertFalse(request.cancellation.is_set())
        host.send({"method": "$/cancel", "params": {"id": 1}})
        self.assertTrue(request.cancellation.wait(5))

    def test_ends_with_the_connection(self):
        host = Host(self)
        host._near.shutdown(1)
        self.assertTrue(host.ended.wait(5))
        self.assertIsNone(host.fault)

    def test_is_cut_off_by_a_host_that_breaks_the_rules(self):
        request = {"id": 1, "method": "execute"}
        cases = {
            "unexpected": [{"id": 9, "result": 1}],
            "malformed": [{"id": 0, "method": "execute"}],
            "twice": [request, request],
            "flood": [{"id": number, "method": "execute"} for number in range(1, 70)],
            "notes": [{"method": "note"}] * 1300,
        }
        kinds = {"twice": "unexpected", "notes": "flood"}
        for name, messages in cases.items():
            with self.subTest(name):
                host = Host(self)
                host.send(*messages)
                self.assertTrue(host.ended.wait(5))
                self.assertEqual(host.fault.kind, kinds.get(name, name))


class Facade(unittest.TestCase):
    def test_keeps_values_by_key(self):
        told = []

        def call(method, params):
            told.append((method, params))
            answers = {"kv.get": {}, "kv.delete": True, "kv.list": ["a", 1]}
            return answers.get(method)

        kv = KeyValues(call)
        self.assertEqual(kv.get("a"), None)
        self.assertEqual(kv.get("a", 5), 5)
        self.assertEqual(kv.delete("a"), True)
        self.assertEqual(kv.list(), ["a"])
        kv.set("a", 1)
        self.assertEqual(told[-1], ("kv.set", {"key": "a", "value": 1}))

    def test_tells_a_value_of_none_from_no_value(self):
        self.assertIsNone(KeyValues(lambda method, params: {"value": None}).get("a", 5))

    def test_drops_words_above_the_rate_and_tells_how_many(self):
        told = []
        log = Log(lambda method, params: told.append(params["message"]))
        now = [0.0]
        log._bucket = milkbottle._TokenBucket(burst=400, per_second=80, now=lambda: now[0])
        for number in range(450):
            log.info(str(number))
        self.assertEqual(len(told), 400)
        now[0] = 1.0
        log.info("again")
        self.assertEqual(told[-2:], ["50 messages were too many", "again"])

    def test_tells_what_has_no_form_in_json_as_text(self):
        told = []

        def notify(method, params):
            milkbottle._format_message({"method": method, "params": params})
            told.append(params)

        Log(notify).info("looked", {"where": Path("a")})
        self.assertEqual(
            told,
            [{"level": "info", "message": "looked", "data": {"text": repr({"where": Path("a")})}}],
        )

    def test_refuses_two_commands_and_two_stages_of_one_name(self):
        plugin = Plugin()
        plugin.command("a")(lambda invocation, context: None)
        plugin.activate(lambda context: None)
        with self.assertRaisesRegex(ValueError, 'Cannot add command "a": there is one of that name'):
            plugin.command("a")
            plugin.command("a")(lambda invocation, context: None)
        with self.assertRaisesRegex(ValueError, 'Cannot add stage "activate": there is one'):
            plugin.activate(lambda context: None)
        plugin.migrate(lambda before, after, context: None)
        with self.assertRaisesRegex(ValueError, 'Cannot add stage "migrate": there is one'):
            plugin.migrate(lambda before, after, context: None)

    def test_an_invocation_is_empty_by_itself(self):
        invocation = Invocation()
        self.assertEqual((invocation.arguments, invocation.options), ({}, {}))

    def test_a_context_raises_when_it_is_cancelled(self):
        cancellation = threading.Event()
        context = Context(
            plugin={"id": "a/b", "version": "1.0.0"},
            config={},
            workspace="",
            data="",
            kv=KeyValues(lambda method, params: None),
            log=Log(lambda method, params: None),
            progress=lambda message, fraction: None,
            cancellation=cancellation,
        )
        context.raise_if_cancelled()
        context.sleep(0)
        cancellation.set()
        self.assertTrue(context.cancelled)
        with self.assertRaises(milkbottle.Cancelled):
            context.sleep(1000)


if __name__ == "__main__":
    unittest.main()
