"""Write a MilkBottle plugin in Python: one file, no dependency, Python 3.9 or later.

A plugin is a module that makes one ``Plugin`` and hangs its functions on it::

    from milkbottle import Context, Invocation, Plugin

    plugin = Plugin()

    @plugin.command("hello")
    def hello(invocation: Invocation, context: Context) -> object:
        name = invocation.arguments["name"]
        print(f"Hello, {name}!")
        return {"name": name}

    if __name__ == "__main__":
        plugin.run()

``mb`` starts it inside a sandbox and talks to it on descriptor 3 (``mbp/1``), so standard input, output and error are the
person's: printing breaks nothing. Importing this file does nothing. A plugin may keep a copy of it beside its manifest,
which is then the one that it is run with; without one the host lends its own.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable, Iterator, Mapping, NoReturn, Optional, TypeVar

    Stage = Callable[["Context"], object]
    Command = Callable[["Invocation", "Context"], object]
    Migrate = Callable[[str, str, "Context"], object]
    StageT = TypeVar("StageT", bound=Stage)
    MigrateT = TypeVar("MigrateT", bound=Migrate)
    CommandT = TypeVar("CommandT", bound=Command)
    Params = dict[str, Any]
    Message = dict[str, Any]

__all__ = [
    "Cancelled",
    "Context",
    "HostError",
    "Invocation",
    "KeyValues",
    "Log",
    "Plugin",
    "Refused",
]
__version__ = "0.1.0"


# What a plugin uses


class Invocation:
    """What the person asked for: the values have the types that the manifest declares.

    ``arguments`` and ``options`` are by name; what was left out and has no default is not in them.
    """

    __slots__ = ("arguments", "options")

    def __init__(
        self,
        arguments: Optional[Mapping[str, Any]] = None,
        options: Optional[Mapping[str, Any]] = None,
    ) -> None:
        self.arguments: Params = dict(arguments or {})
        self.options: Params = dict(options or {})


class Plugin:
    """The functions of a plugin, by what they are for. Make one in the module that the manifest names as its entry.

    A stage may be left out: ``initialize`` and ``activate`` come before the command, ``deactivate`` and ``cleanup`` after it,
    also after one that failed. Each gets a ``Context``. Functions declared with ``async def`` are run to their end.
    """

    def __init__(self) -> None:
        self._stages: dict[str, Stage] = {}
        self._commands: dict[str, Command] = {}
        self._migrate: Optional[Migrate] = None

    def command(self, name: str) -> Callable[[CommandT], CommandT]:
        """Makes a function the command of that name in the manifest. What it returns has to have a form in JSON."""

        def register(function: CommandT) -> CommandT:
            if name in self._commands:
                raise ValueError(f'Cannot add command "{name}": there is one of that name')
            self._commands[name] = function
            return function

        return register

    def initialize(self, function: StageT) -> StageT:
        """Runs a function first. What it raises keeps the command from running."""
        return self._stage("initialize", function)

    def activate(self, function: StageT) -> StageT:
        """Runs a function right before the command."""
        return self._stage("activate", function)

    def deactivate(self, function: StageT) -> StageT:
        """Runs a function right after the command."""
        return self._stage("deactivate", function)

    def cleanup(self, function: StageT) -> StageT:
        """Runs a function last."""
        return self._stage("cleanup", function)

    def health(self, function: StageT) -> StageT:
        """Says whether the plugin can do its work: nothing, or a dict with ``status`` (``healthy``, ``warning`` or
        ``unhealthy``) and ``reason``. It is asked by ``mb plugin health``, and of a new version before an update is real.
        """
        return self._stage("health", function)

    def migrate(self, function: MigrateT) -> MigrateT:
        """Brings what the plugin keeps from the form of one version to that of another: ``function(before, after, context)``.

        ``context.data`` and ``context.kv`` are copies, which become real if it and the health check succeed.
        """
        if self._migrate is not None:
            raise ValueError('Cannot add stage "migrate": there is one')
        self._migrate = function
        return function

    def run(self) -> None:
        """Serves the host that started this program; started by hand, it says what this is and exits with status 1."""
        if not _Loading.active:
            _serve(lambda: self)

    def _stage(self, name: str, function: StageT) -> StageT:
        if name in self._stages:
            raise ValueError(f'Cannot add stage "{name}": there is one')
        self._stages[name] = function
        return function


class Context:
    """What the host gives to a stage or a command."""

    def __init__(
        self,
        *,
        plugin: Mapping[str, str],
        config: Mapping[str, Any],
        workspace: str,
        data: str,
        kv: KeyValues,
        log: Log,
        progress: Callable[..., None],
        cancellation: threading.Event,
        host: Optional[Mapping[str, Any]] = None,
        environment: str = "production",
    ) -> None:
        #: ``id`` (namespace/name) and ``version`` of the plugin.
        self.plugin: dict[str, str] = dict(plugin)
        #: The plugin's settings, with the fields of ``configSchema``.
        self.config: Params = dict(config)
        #: What runs the plugin: ``version``, of MilkBottle.
        self.host: Params = dict(host or {})
        #: Whose values the settings have: ``production``, unless the person set another.
        self.environment = environment
        #: The folder that the person is in. Naming it gives no access to it: that is what grants are for.
        self.workspace = workspace
        #: The plugin's own folder, there when it was granted.
        self.data = data
        #: A folder of this run alone, gone with it.
        self.temporary = os.environ.get("TMPDIR", "/tmp")
        #: Values that stay from run to run.
        self.kv = kv
        #: Words for the host's log.
        self.log = log
        self._progress = progress
        self._cancellation = cancellation

    def progress(self, message: str, fraction: Optional[float] = None) -> None:
        """Tells how far a long command is: a line, and a fraction from 0 to 1 if it is known."""
        self._progress(message, fraction)

    @property
    def cancelled(self) -> bool:
        """Whether the person asked to stop. The process is ended two seconds later."""
        return self._cancellation.is_set()

    def raise_if_cancelled(self) -> None:
        """Raises ``Cancelled`` when the person asked to stop: call it in long loops."""
        if self.cancelled:
            raise Cancelled("it was cancelled")

    def sleep(self, seconds: float) -> None:
        """Waits, and raises ``Cancelled`` as soon as the person asks to stop."""
        self._cancellation.wait(seconds)
        self.raise_if_cancelled()


class KeyValues:
    """Values of the plugin's own, kept by the host from run to run. They have to have a form in JSON."""

    def __init__(self, call: Callable[[str, Params], Any]) -> None:
        self._call = call

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or the default when there is none."""
        answer = self._call("kv.get", {"key": key})
        return answer.get("value", default) if isinstance(answer, dict) else default

    def set(self, key: str, value: Any) -> None:
        """Keeps a value. Raises ``HostError`` when it is too large, or there are too many."""
        self._call("kv.set", {"key": key, "value": value})

    def delete(self, key: str) -> bool:
        """Forgets a value; whether there was one."""
        return self._call("kv.delete", {"key": key}) is True

    def list(self, prefix: str = "") -> list[str]:
        """The keys that begin with a prefix, sorted."""
        keys = self._call("kv.list", {"prefix": prefix})
        return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []


class Log:
    """Words for the host's log. More than 80 a second are dropped, and how many is told."""

    def __init__(self, notify: Callable[[str, Params], None]) -> None:
        self._notify = notify
        # Well below what the host cuts off: a plugin that says too much loses words, not its life.
        self._bucket = _TokenBucket(burst=400, per_second=80)
        self._dropped = 0

    def debug(self, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        """For whoever looks for an error."""
        self._write("debug", message, data)

    def info(self, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        """What happened."""
        self._write("info", message, data)

    def warn(self, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        """What is not as it should be."""
        self._write("warn", message, data)

    def error(self, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        """What went wrong."""
        self._write("error", message, data)

    def _write(self, level: str, message: str, data: Optional[Mapping[str, Any]]) -> None:
        if not self._bucket.try_take(1):
            self._dropped += 1
            return
        if self._dropped > 0:
            many = f"{self._dropped} messages were too many"
            self._dropped = 0
            self._notify("log", {"level": "warn", "message": many})
        params: Params = {"level": level, "message": str(message)}
        if data is not None:
            params["data"] = dict(data)
        try:
            self._notify("log", params)
        except (TypeError, ValueError):
            # A word for the log is no reason to fail: what has no form in JSON is told as text.
            self._notify("log", {**params, "data": {"text": repr(data)[:2000]}})


class Cancelled(Exception):
    """The person asked to stop."""


class HostError(Exception):
    """The host would not, or could not, do what was asked of it."""

    def __init__(self, code: int, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        #: As in the table of the protocol: -32002 is a refusal, -32003 a limit.
        self.code = code
        #: Facts for programs.
        self.data: Params = dict(data or {})


class Refused(PermissionError):
    """The plugin reached for what it was not granted."""

    def __init__(self, permission: str, resource: str) -> None:
        super().__init__(13, "a plugin may not do this without a grant", resource)
        self.permission = permission
        self.resource = resource


# The wire: one message of JSON-RPC 2.0 a line

_VERSIONS = (1,)
_COOKIE = "MB_PLUGIN_COOKIE"
_CHANNEL = 3

_MAX_LINE_BYTES = 8 * 1024 * 1024
_MAX_PENDING = 64
_MAX_PENDING_BYTES = 64 * 1024 * 1024
_MAX_METHOD_LENGTH = 64
_MAX_DEPTH = 100
_MAX_SAFE_INTEGER = 2**53 - 1
_BYTES_PER_TOKEN = 256 * 1024

_METHOD_NOT_FOUND = -32_601
_INVALID_PARAMS = -32_602
_INTERNAL = -32_603
_THREW = -32_000
_LOAD = -32_001
_LIMIT = -32_003
_CANCELLED = -32_800


class _Fault(Exception):
    """Why a connection cannot go on: ``malformed``, ``too-long``, ``unexpected`` or ``flood``."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class _CallError(Exception):
    """An error for the host, in answer to its call."""

    def __init__(self, code: int, message: str, data: Optional[Params] = None) -> None:
        super().__init__(message)
        self.code = code
        self.data: Params = data or {}


class _LineDecoder:
    """Cuts a stream of bytes into lines of UTF-8, however the bytes come. Empty lines are left out."""

    def __init__(self, max_bytes: int = _MAX_LINE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._parts: list[bytes] = []
        self._length = 0

    def push(self, data: bytes) -> Iterator[str]:
        start = 0
        while True:
            end = data.find(b"\n", start)
            part = data[start:] if end == -1 else data[start:end]
            self._length += len(part)
            if self._length > self._max_bytes:
                raise _Fault("too-long", f"a line is longer than {self._max_bytes} bytes")
            if part:
                self._parts.append(part)
            if end == -1:
                return
            if self._length > 0:
                yield self._take()
            start = end + 1

    def _take(self) -> str:
        line = b"".join(self._parts)
        self._parts = []
        self._length = 0
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _malformed("a line is not UTF-8") from error


def _parse_message(line: str) -> Message:
    """Reads a line. Raises ``_Fault``."""
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _malformed("a line is not JSON") from error
    if not isinstance(value, dict):
        raise _malformed("a line is no JSON object")
    _check_plain(value, 0)
    if value.get("jsonrpc") != "2.0":
        raise _malformed('a message lacks "jsonrpc": "2.0"')
    return _parse_call(value) if "method" in value else _parse_answer(value)


def _parse_call(value: Params) -> Message:
    method = value["method"]
    if not isinstance(method, str) or not 0 < _utf16_length(method) <= _MAX_METHOD_LENGTH:
        raise _malformed('"method" is no name')
    message: Message = {"kind": "notification", "method": method}
    if "params" in value:
        if not isinstance(value["params"], dict):
            raise _malformed('"params" is no object')
        message["params"] = value["params"]
    if "id" in value:
        message.update(kind="request", id=_parse_id(value))
    return message


def _parse_answer(value: Params) -> Message:
    identity = _parse_id(value)
    if "error" not in value:
        if "result" not in value:
            raise _malformed("a message is neither call nor answer")
        return {"kind": "result", "id": identity, "value": value["result"]}
    if "result" in value:
        raise _malformed("an answer has a result and an error")
    return {"kind": "error", "id": identity, "error": _parse_error(value["error"])}


def _parse_error(error: Any) -> Params:
    if not isinstance(error, dict):
        raise _malformed('"error" is no object')
    code, message, data = _whole(error.get("code")), error.get("message"), error.get("data")
    if code is None or not isinstance(message, str):
        raise _malformed('"error" lacks its code or its message')
    return {"code": code, "message": message, "data": data if isinstance(data, dict) else {}}


def _parse_id(value: Params) -> int:
    identity = _whole(value.get("id"))
    if identity is None or identity < 1:
        raise _malformed('"id" is no whole number from 1')
    return identity


def _whole(value: Any) -> Optional[int]:
    """JSON has one kind of number: 1.0 is 1. True is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value != value or abs(value) > _MAX_SAFE_INTEGER or value != int(value):
        return None
    return int(value)


def _check_plain(value: Any, depth: int) -> None:
    if not isinstance(value, (dict, list)):
        return
    if depth > _MAX_DEPTH:
        raise _malformed(f"a message is nested more than {_MAX_DEPTH} deep")
    if isinstance(value, dict) and "__proto__" in value:
        raise _malformed('a message has a key "__proto__"')
    for member in value.values() if isinstance(value, dict) else value:
        _check_plain(member, depth + 1)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _utf16_length(text: str) -> int:
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _malformed(reason: str) -> _Fault:
    return _Fault("malformed", reason)


def _format_message(members: Params) -> bytes:
    """Writes a message as a line, with its end. Raises ``TypeError`` or ``ValueError`` for what has no form in JSON."""
    message = {"jsonrpc": "2.0", **members}
    try:
        line = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        data = line.encode("utf-8")
    except RecursionError as error:
        raise ValueError("it is nested too deep for JSON") from error
    except UnicodeEncodeError:
        # Half of a surrogate pair, which JSON can hold as an escape and UTF-8 cannot.
        line = json.dumps(message, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
        data = line.encode("ascii")
    if len(data) > _MAX_LINE_BYTES:
        raise ValueError(f"it is larger than {_MAX_LINE_BYTES} bytes as JSON")
    return data + b"\n"


class _TokenBucket:
    """Counts what comes against a sustained rate and a burst."""

    def __init__(
        self, *, burst: float, per_second: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._now = now
        self._tokens = burst
        self._at = now()
        self._lock = threading.Lock()

    def try_take(self, count: float) -> bool:
        with self._lock:
            now = self._now()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
            self._at = now
            if self._tokens < count:
                return False
            self._tokens -= count
            return True


class _Call:
    """A call of ours that waits for its answer."""

    __slots__ = ("answer", "done")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.answer: Message = {}


class _Request:
    """A call of the host that waits for ours."""

    __slots__ = ("bytes", "cancellation", "id", "method", "params")

    def __init__(self, message: Message, size: int) -> None:
        self.id: int = message["id"]
        self.method: str = message["method"]
        self.params: Params = message.get("params", {})
        self.bytes = size
        self.cancellation = threading.Event()


class _Peer:
    """Our side of the connection. A thread reads; requests wait in a queue for the one that serves them."""

    def __init__(self, descriptor: int, on_end: Callable[[Optional[_Fault]], None]) -> None:
        self.requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
        self._descriptor = descriptor
        self._on_end = on_end
        self._write_lock = threading.Lock()
        self._lock = threading.Lock()
        self._window = threading.BoundedSemaphore(_MAX_PENDING)
        self._calls: dict[int, _Call] = {}
        self._last_id = 0
        self._serving: dict[int, _Request] = {}
        self._bucket = _TokenBucket(burst=1000, per_second=200)

    def start(self) -> None:
        os.set_blocking(self._descriptor, True)
        threading.Thread(target=self._read, name="milkbottle", daemon=True).start()

    def call(self, method: str, params: Params) -> Any:
        """Asks the host, from any thread; calls beyond the window wait their turn. Raises ``HostError``."""
        with self._window:
            call = _Call()
            with self._lock:
                self._last_id += 1
                identity = self._last_id
                self._calls[identity] = call
            try:
                self._send({"id": identity, "method": method, "params": params})
            except BaseException:
                with self._lock:
                    self._calls.pop(identity, None)
                raise
            call.done.wait()
        error = call.answer.get("error")
        if error is not None:
            raise HostError(error["code"], error["message"], error["data"])
        return call.answer["value"]

    def notify(self, method: str, params: Params) -> None:
        self._send({"method": method, "params": params})

    def answer(self, request: _Request, value: Any) -> None:
        try:
            line = _format_message({"id": request.id, "result": value})
        except (TypeError, ValueError) as error:
            text = f"the result cannot be sent: {error}"
            self.refuse(request, _CallError(_LIMIT, text))
            return
        self._close(request)
        self._write(line)

    def refuse(self, request: _Request, error: _CallError) -> None:
        self._close(request)
        told = {"code": error.code, "message": str(error), "data": error.data}
        self._send({"id": request.id, "error": told})

    def _close(self, request: _Request) -> None:
        with self._lock:
            self._serving.pop(request.id, None)

    def _send(self, members: Params) -> None:
        self._write(_format_message(members))

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        with self._write_lock:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def _read(self) -> None:
        decoder = _LineDecoder()
        try:
            while True:
                data = os.read(self._descriptor, 65_536)
                if not data:
                    break
                for line in decoder.push(data):
                    self._take(_parse_message(line), len(line))
        except _Fault as fault:
            self._on_end(fault)
            return
        except OSError:
            pass
        self._on_end(None)

    def _take(self, message: Message, size: int) -> None:
        kind = message["kind"]
        if kind == "request":
            self._admit(_Request(message, size))
        elif kind == "notification":
            if not self._bucket.try_take(1 + size // _BYTES_PER_TOKEN):
                raise _Fault("flood", "more than 200 messages a second")
            if message["method"] == "$/cancel":
                self._cancel(message.get("params", {}).get("id"))
        else:
            self._settle(message)

    def _admit(self, request: _Request) -> None:
        with self._lock:
            if request.id in self._serving:
                raise _Fault("unexpected", f"request {request.id} came twice")
            if len(self._serving) >= _MAX_PENDING:
                raise _Fault("flood", f"more than {_MAX_PENDING} requests are open")
            self._serving[request.id] = request
            if sum(each.bytes for each in self._serving.values()) > _MAX_PENDING_BYTES:
                raise _Fault("flood", f"open requests hold more than {_MAX_PENDING_BYTES} bytes")
        if request.method == "$/ping":
            self.answer(request, None)
        else:
            self.requests.put(request)

    def _cancel(self, identity: Any) -> None:
        with self._lock:
            request = self._serving.get(identity) if isinstance(identity, int) else None
        if request is not None:
            request.cancellation.set()

    def _settle(self, message: Message) -> None:
        with self._lock:
            call = self._calls.pop(message["id"], None)
        if call is None:
            raise _Fault(
                "unexpected", f"an answer came to request {message['id']}, which is not open"
            )
        call.answer = message
        call.done.set()


# The life of a run


class _Session:
    """Answers the calls of a host, one after the other."""

    def __init__(self, cookie: str, load: Callable[[], Plugin], peer: _Peer) -> None:
        self._cookie = cookie
        self._load = load
        self._peer = peer
        self._greeted = False
        self._plugin: Optional[Plugin] = None
        self._facts: Params = {}
        self._kv = KeyValues(peer.call)
        self._log = Log(peer.notify)
        self._progress_bucket = _TokenBucket(burst=20, per_second=10)

    def serve(self) -> None:
        while True:
            request = self._peer.requests.get()
            try:
                value = self._answer(request)
            except _CallError as error:
                _flush()
                self._peer.refuse(request, error)
            else:
                _flush()
                self._peer.answer(request, value)
            if request.method == "shutdown":
                return

    def _answer(self, request: _Request) -> Any:
        method = request.method
        if method == "hello":
            return self._hello(request.params)
        if method == "initialize":
            return self._initialize(request)
        if method in ("activate", "deactivate", "cleanup"):
            return self._run_stage(request)
        if method == "health":
            return self._check_health(request)
        if method == "migrate":
            return self._run_migration(request)
        if method == "execute":
            return self._execute(request)
        if method == "shutdown":
            return None
        raise _CallError(_METHOD_NOT_FOUND, f'there is no method "{method}"')

    def _hello(self, params: Params) -> Params:
        if params.get("cookie") != self._cookie:
            raise _CallError(_INTERNAL, "the cookie is another one")
        offered = params.get("versions")
        versions = offered if isinstance(offered, list) else []
        known = [version for version in _VERSIONS if version in versions]
        if not known:
            words = ", ".join(str(version) for version in versions)
            raise _CallError(_INTERNAL, f"the host speaks mbp/{words}, this plugin mbp/1")
        self._greeted = True
        library = f"python/{__version__}"
        return {"version": known[-1], "cookie": self._cookie, "library": library}

    def _initialize(self, request: _Request) -> None:
        if not self._greeted or self._plugin is not None:
            raise _CallError(_INVALID_PARAMS, "this is no time to initialize")
        self._plugin = self._load()
        self._facts = request.params
        self._run_stage(request)

    def _run_stage(self, request: _Request) -> None:
        stage = self._ready()._stages.get(request.method)
        if stage is not None:
            self._attempt(request, lambda: stage(self._context(request)))

    def _check_health(self, request: _Request) -> Any:
        check = self._ready()._stages.get("health")
        if check is None:
            return None
        return self._attempt(request, lambda: check(self._context(request)))

    def _run_migration(self, request: _Request) -> None:
        migrate = self._ready()._migrate
        if migrate is not None:
            before, after = _text(request.params.get("from")), _text(request.params.get("to"))
            self._attempt(request, lambda: migrate(before, after, self._context(request)))

    def _execute(self, request: _Request) -> Any:
        name = request.params.get("command")
        command = self._ready()._commands.get(name) if isinstance(name, str) else None
        if command is None:
            raise _CallError(
                _LOAD, f'its manifest declares the command "{name}", its code does not have it'
            )
        given = request.params
        invocation = Invocation(_record(given.get("arguments")), _record(given.get("options")))
        return self._attempt(request, lambda: command(invocation, self._context(request)))

    def _ready(self) -> Plugin:
        if self._plugin is None:
            raise _CallError(_INVALID_PARAMS, "the plugin is not initialized")
        return self._plugin

    def _context(self, request: _Request) -> Context:
        facts = self._facts
        return Context(
            plugin={"id": _text(facts.get("id")), "version": _text(facts.get("version"))},
            config=_record(facts.get("config")),
            host=_record(facts.get("host")),
            environment=_text(facts.get("environment")),
            workspace=_text(facts.get("workspace")),
            data=_text(facts.get("data")),
            kv=self._kv,
            log=self._log,
            progress=self._progress,
            cancellation=request.cancellation,
        )

    def _progress(self, message: str, fraction: Optional[float] = None) -> None:
        if not self._progress_bucket.try_take(1):
            return
        known = {"fraction": fraction} if fraction is not None and 0 <= fraction <= 1 else {}
        self._peer.notify("$/progress", {"message": str(message), **known})

    def _attempt(self, request: _Request, work: Callable[[], object]) -> Any:
        """Calls the plugin's own code; what it raises is told with all that helps its author."""
        try:
            value = work()
            return _run_to_end(value) if hasattr(value, "__await__") else value
        except SystemExit as error:
            _leave(_status(error.code))
        except BaseException as error:
            if request.cancellation.is_set() or isinstance(error, Cancelled):
                raise _CallError(_CANCELLED, "it was cancelled") from error
            raise _CallError(_THREW, str(error)[:8192], _facts_of(error)) from error


def _run_to_end(value: Any) -> Any:
    import asyncio

    async def finish() -> Any:
        return await value

    return asyncio.run(finish())


def _facts_of(error: BaseException) -> Params:
    import traceback

    facts: Params = {"name": type(error).__name__}
    if isinstance(error, Refused):
        facts.update(
            code="ERR_ACCESS_DENIED", permission=error.permission, resource=error.resource[:4096]
        )
    elif isinstance(error, OSError) and error.errno is not None:
        import errno

        facts["code"] = errno.errorcode.get(error.errno, str(error.errno))
        if isinstance(error.filename, str):
            facts["resource"] = error.filename[:4096]
    stack = traceback.format_exception(type(error), error, error.__traceback__)
    return {**facts, "stack": "".join(stack)[-8192:]}


def _status(code: Any) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    sys.stderr.write(f"{code}\n")
    return 1


def _record(value: Any) -> Params:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


# Starting and ending


class _Loading:
    """Whether the entry of a plugin is being loaded: its own ``plugin.run()`` has nothing to do then."""

    active = False


def _load_entry(folder: str, entry: str) -> Plugin:
    """Imports what a manifest names as entry: a file, an archive made by zipapp, or the dotted name of a module."""
    import importlib

    source_loader = _use_sources_of(folder)
    sys.path.insert(0, folder)
    # Packages that came with the plugin stand where those of a machine would: after Python's own.
    sys.path.append(os.path.join(folder, "vendor", "python"))
    sys.argv = [entry]
    _Loading.active = True
    try:
        if entry.endswith(".pyz"):
            import runpy

            made = runpy.run_path(os.path.join(folder, entry), run_name="__main__")
        elif entry.endswith(".py"):
            made = vars(_import_file(source_loader, os.path.join(folder, entry)))
        else:
            made = vars(_import_dotted(importlib.import_module, entry))
    except SystemExit as error:
        _leave(_status(error.code))
    except BaseException as error:
        raise _CallError(_LOAD, str(error)[:8192], _facts_of(error)) from error
    finally:
        _Loading.active = False
    return _find_plugin(made)


def _import_file(loader: Any, path: str) -> ModuleType:
    from importlib import util

    place, file = os.path.split(path)
    # As for a script: its neighbours can be imported.
    if place not in sys.path:
        sys.path.insert(0, place)
    stem = file[: -len(".py")]
    # A file may have the name of a module that is there already, as json.py.
    name = "__plugin__" if stem in sys.modules else stem
    spec = util.spec_from_file_location(name, path, loader=loader(name, path))
    if spec is None or spec.loader is None:
        raise ImportError("it is no module", path=path)
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _import_dotted(load: Callable[[str], ModuleType], entry: str) -> ModuleType:
    module = load(entry)
    has_plugin = any(isinstance(value, Plugin) for value in vars(module).values())
    if has_plugin or not hasattr(module, "__path__"):
        return module
    try:
        return load(f"{entry}.__main__")
    except ModuleNotFoundError as error:
        if error.name != f"{entry}.__main__":
            raise
        return module


def _find_plugin(made: Mapping[str, Any]) -> Plugin:
    named = made.get("plugin")
    if isinstance(named, Plugin):
        return named
    found = {id(value): value for value in made.values() if isinstance(value, Plugin)}
    if len(found) == 1:
        return next(iter(found.values()))
    what = "its entry makes no plugin" if not found else "its entry makes more than one plugin"
    raise _CallError(_LOAD, f'{what}: write "plugin = Plugin()"')


def _use_sources_of(folder: str) -> Any:
    """Modules of the plugin are compiled from their sources: compiled files may say something else than these."""
    from importlib import machinery

    class SourceLoader(machinery.SourceFileLoader):
        def get_code(self, fullname: str) -> Any:
            path = self.get_filename(fullname)
            return self.source_to_code(self.get_data(path), path)

    loaders = (
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (SourceLoader, machinery.SOURCE_SUFFIXES),
    )

    def find_in(path: str) -> machinery.FileFinder:
        is_own = os.path.isabs(path) and os.path.commonpath([folder, path]) == folder
        if not is_own or not os.path.isdir(path):
            raise ImportError("it is no folder of the plugin", path=path)
        return machinery.FileFinder(path, *loaders)

    sys.path_hooks.insert(0, find_in)
    return SourceLoader


def _refuse_processes(event: str, arguments: tuple[Any, ...]) -> None:
    """An honest plugin gets a readable refusal. What a hostile one starts all the same is in its sandbox, as it is itself."""
    if event in ("os.fork", "os.forkpty"):
        raise Refused("ChildProcess", "")
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        raise Refused("ChildProcess", _text(os.fsdecode(arguments[0]) if arguments else ""))
    if event == "os.spawn":
        raise Refused("ChildProcess", _text(os.fsdecode(arguments[1])))


def _serve(load: Callable[[], Plugin]) -> NoReturn:
    # What the plugin starts, or writes out, need not know it.
    cookie = os.environ.pop(_COOKIE, None)
    if cookie is None:
        sys.stderr.write(
            "This is a plugin of MilkBottle, no program of its own.\n"
            "Run it through the host: mb plugin run NAME COMMAND\n"
        )
        sys.exit(1)
    sys.addaudithook(_refuse_processes)
    peer = _Peer(_CHANNEL, _lose_host)
    session = _Session(cookie, load, peer)
    peer.start()
    session.serve()
    _leave(0)


def _lose_host(fault: Optional[_Fault]) -> NoReturn:
    # A host that is gone has nobody to run this for.
    if fault is None:
        os._exit(0)
    os.write(2, f"This plugin lost its host: {fault}\n".encode())
    # EX_SOFTWARE of sysexits.h
    os._exit(70)


def _leave(status: int) -> NoReturn:
    """Ends the process at once, with what was printed: threads that never end would keep it."""
    _flush()
    os._exit(status)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            # There is none, or nobody reads it any more.
            pass


if __name__ == "__main__":
    # The plugin imports this very module, not another copy.
    sys.modules["milkbottle"] = sys.modules[__name__]
    if len(sys.argv) == 3:
        _serve(lambda: _load_entry(sys.argv[1], sys.argv[2]))
    os.environ.pop(_COOKIE, None)
    _serve(Plugin)
