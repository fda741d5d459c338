"""The generator of load: wrk on the last core, and plain calls on one connection. Loopback only;
every run is bounded in time.
"""

import http.client
import json
import os
import re
import statistics
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OWN_CORE = CORES[0], CORES[-1]
GRACE_SECONDS = 60  # for what wrk still waits for at the end
CONNECTIONS = 16
GZIP = {"Accept-Encoding": "gzip"}
RESULT = re.compile(r"^RESULT (\{.*\})$", re.MULTILINE)

# `@N@` in a body or a header becomes a number that no other request of the run has, `@A@` the
# address of a machine that no other near it has.
SCRIPT = """
local asked, number = %(asked)s, %(first)d
local headers = {}
local function address(n)
  return string.format("2001:db8:%%x:%%x::1", math.floor(n / 65536) %% 65536, n %% 65536)
end
local function numbered(text, n) return (text:gsub("@N@", n):gsub("@A@", address(n))) end
local function built(n)
  for name, value in pairs(asked.headers) do headers[name] = numbered(value, n) end
  return wrk.format(asked.method, asked.path, headers,
    asked.body ~= "" and numbered(asked.body, n) or nil)
end
local same
function request()
  if not asked.numbered then same = same or built(0); return same end
  number = number + 1
  return built(number)
end
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('RESULT {"count":%%d,"microseconds":%%d,"p50":%%d,"p99":%%d,"bad":%%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True)
class Call:
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""


@dataclass(frozen=True)
class Run:
    """One run of wrk: requests a second, milliseconds, and answers that were errors or none."""

    rate: float
    p50: float
    p99: float
    bad: int


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def take_own_core() -> None:
    """This process, and the generator it starts, leave the other core to what is measured."""
    os.sched_setaffinity(0, {OWN_CORE})


@contextmanager
def all_cores() -> Generator[None]:
    """For what this process starts and measures."""
    os.sched_setaffinity(0, CORES)
    yield
    take_own_core()


def ask(port: int, call: Call, *, connection: http.client.HTTPConnection | None = None) -> Answer:
    """One call, on a connection of its own unless one is given."""
    used = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=GRACE_SECONDS)
    try:
        used.request(call.method, call.path, call.body.encode() or None, dict(call.headers))
        answer = used.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        if connection is None:
            used.close()


def run(port: int, call: Call, *, seconds: float, connections: int = CONNECTIONS) -> Run:
    """The figures of wrk for one call, sent again and again."""
    with TemporaryDirectory(prefix="comments-bench-") as folder:
        script = Path(folder, "call.lua")
        script.write_text(SCRIPT % {"asked": _lua(call), "first": time.time_ns() // 1000 % 10**12})
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += ["--timeout", f"{GRACE_SECONDS // 2}s", "-s", str(script)]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{port}"],
            capture_output=True,
            check=True,
            text=True,
            timeout=seconds + GRACE_SECONDS,
        ).stdout
    found = RESULT.search(said)
    if found is None:
        raise RuntimeError(f"wrk gave no result: {said}")
    counted = json.loads(found[1])
    rate = counted["count"] / (counted["microseconds"] / 1e6)
    return Run(rate, counted["p50"] / 1000, counted["p99"] / 1000, counted["bad"])


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure; bad answers are summed up."""
    return Run(
        statistics.median(one.rate for one in runs),
        statistics.median(one.p50 for one in runs),
        statistics.median(one.p99 for one in runs),
        sum(one.bad for one in runs),
    )


def ratio(runs: Sequence[Run], to: Sequence[Run]) -> float:
    """How many times the rate: the median of the rounds' ratios, because only what ran in the same
    round saw the machine alike.
    """
    return statistics.median(one.rate / other.rate for one, other in zip(runs, to, strict=True))


def described(runs: Sequence[Run]) -> str:
    middle, rates = median(runs), [one.rate for one in runs]
    return (
        f"{middle.rate:9.1f} a second [{min(rates):.0f}-{max(rates):.0f}]  "
        f"p50 {middle.p50:8.2f} ms  p99 {middle.p99:8.2f} ms  bad {middle.bad}"
    )


def _lua(call: Call) -> str:
    headers = ",".join(f"[{_quoted(name)}]={_quoted(it)}" for name, it in call.headers.items())
    numbered = "@N@" in call.body or any("@N@" in value for value in call.headers.values())
    return (
        f"{{method={_quoted(call.method)},path={_quoted(call.path)},body={_quoted(call.body)},"
        f"headers={{{headers}}},numbered={str(numbered).lower()}}}"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
