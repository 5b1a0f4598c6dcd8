"""What the tests of petworld share: starting it, small files, and a terminal of 80 x 24.

SPDX-License-Identifier: MIT
"""

import codecs
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

MEADOW = "examples/worlds/meadow.json"
WEEK = "examples/worlds/meadow_week.jsonl"
YARD = {
    "name": "yard",
    "grid": {"width": 8, "height": 8},
    "layers": {
        "place": {"categories": ["wild", "nest", "feeder", "playground"], "areas": [
            {"value": "nest", "x": 0, "y": 0, "width": 3, "height": 3},
            {"value": "feeder", "x": 5, "y": 5, "width": 3, "height": 3}]},
        "food": {"areas": [{"where": {"place": "feeder"}, "value": 1}]},
    },
    "pets": [{"name": "Dusty"}, {"name": "Rosa"}, {"count": 3}],
}
PETWORLD = os.environ.get("PETWORLD", "petworld")


class PetworldCase(unittest.TestCase):
    """Each test gets a folder of its own. Paths of the project are relative to the current folder."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="petworld-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        data = content.encode() if isinstance(content, str) else content
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def yard(self, name="yard.json", **changes):
        """A small world of five pets of the plain species, changed key by key."""
        return self.write(name, json.dumps({**YARD, **changes}))

    def petworld(self, *arguments, stdin="", environment=None, timeout=120):
        """Runs it to its end without a terminal; standard output and error are text."""
        return subprocess.run(
            [PETWORLD, *arguments],
            input=stdin.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=timeout,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            check=False,
        )

    def run_json(self, *arguments, **settings):
        done = self.petworld("run", *arguments, "--json", **settings)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout)

    def assert_refused(self, arguments, *said, code=2, **settings):
        """It ends with that exit code, says all of `said` on standard error, and nothing on standard output."""
        done = self.petworld(*arguments, **settings)
        error = done.stderr.decode()
        self.assertEqual(done.returncode, code, error)
        self.assertEqual(done.stdout, b"", done.stdout[:200])
        for text in said:
            self.assertIn(text, error)
        self.assertNotIn("terminate", error)
        return error


class Terminal:
    """petworld in a terminal of `columns` x `rows`."""

    def __init__(self, *arguments, columns=80, rows=24, environment=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        settings = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(environment or {})}
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLORTERM")}

        def in_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [PETWORLD, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=in_terminal,
            env={**kept, **settings},
        )
        self.output = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self, seconds):
        """Reads what comes within that time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self.master], [], [], 0.05)
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    return
                self.output += self.decoder.decode(data)

    def wait_for(self, pattern, seconds=30):
        """Reads until `pattern` has been shown since the last command."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.plain()):
            if time.monotonic() > end:
                raise AssertionError(f"{pattern!r} was not shown; the end is {self.plain()[-2000:]!r}")
            self.read(0.05)

    def type(self, line):
        self.output = ""
        os.write(self.master, line.encode() + b"\n")

    def signal(self, number):
        os.kill(self.process.pid, number)

    def end(self, seconds=30):
        """Waits for the end; returns the exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        self.read(0.2)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            raise AssertionError("it did not end")
        return self.process.returncode

    def plain(self):
        """The output without colours and moves of the cursor."""
        return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|.)", "", self.output)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


def main():
    global PETWORLD
    if len(sys.argv) > 1 and os.sep in sys.argv[1]:
        PETWORLD = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__")


__all__ = ["MEADOW", "WEEK", "YARD", "PetworldCase", "Terminal", "json", "main", "os", "re", "signal", "subprocess", "time"]
