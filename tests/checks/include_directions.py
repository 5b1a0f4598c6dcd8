#!/usr/bin/env python3
"""Checks which file may include what: the layers of ARCHITECTURE.md, held by a machine.

    include_directions.py [ROOT]       prints `file:line: what: rule` for each breach; 1 if there are any
    include_directions.py --self-test  proves on small trees that every rule can fail, and that none fails idly

SPDX-License-Identifier: MIT
"""

import re
import sys
import tempfile
from pathlib import Path

# ---- the rules ------------------------------------------------------------------------------------------

# A room of core, and the other rooms it may include: an order, so that no two rooms can include each other.
ROOMS = {
    "base": set(),
    "math": {"base"},
    "mind": {"base", "math"},
    "message": {"base", "math"},
    "data": {"base", "math", "message", "world"},
    "world": {"base", "math", "message"},
    "social": {"base", "math", "message", "data", "world", "people"},
    "people": {"base", "math", "message", "data", "world"},
    "agent": {"base", "math", "mind", "message", "world"},
    "pet": {"base", "math", "message", "data", "world", "mind", "social", "people"},
    "state": {"base", "math", "message", "data", "world", "mind", "social", "people", "pet"},
}

# The only folders that speak to the operating system: time and threads of core, files of capi.
PLATFORM = "core/base/platform/"
CAPI_PLATFORM = "capi/src/platform/"

STANDARD_HEADERS = set(
    """algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes
    climits clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg
    cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution expected filesystem
    flat_map flat_set format forward_list fstream functional future generator initializer_list iomanip ios iosfwd
    iostream istream iterator latch limits list locale map mdspan memory memory_resource mutex new numbers numeric
    optional ostream print queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location
    span spanstream sstream stack stacktrace stdexcept stdfloat stop_token streambuf string string_view strstream
    syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray
    variant vector version""".split()
)
C_HEADERS = set(
    """assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h setjmp.h signal.h
    stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h
    threads.h time.h uchar.h wchar.h wctype.h""".split()
)
IO_HEADERS = set(
    "iostream fstream cstdio filesystem istream ostream print syncstream spanstream".split()
)
CLOCK_HEADERS = {"chrono", "ctime"}
THREAD_HEADERS = set(
    """thread mutex shared_mutex condition_variable atomic future semaphore latch barrier stop_token""".split()
)
INBOX_THREAD_HEADERS = {"mutex", "atomic"}
OUR_C_HEADERS = {"dks.h", "dks_plugin.h"}
HOST_HEADERS = {"dks.h", "dks.hpp"}

# Elementary functions whose bits differ from one C library to the next. sqrt, fabs, floor and such do not.
ELEMENTARY = (
    "exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh"
    "|cbrt|hypot|erf|erfc|tgamma|lgamma"
)
STD_ELEMENTARY = re.compile(rf"(?:\bstd\s*::\s*|\b__builtin_)(?:{ELEMENTARY})[fl]?\s*\(")
BARE_ELEMENTARY = re.compile(rf"(?<![\w.>:])(?:::\s*)?(?:{ELEMENTARY})[fl]?\s*\(")

RULES = {
    "room-unknown": "a file of core belongs to a room: core/<room>/, one of " + ", ".join(ROOMS),
    "room-path": 'core includes its own files as "room/file.h", and they exist',
    "room-order": "{room} may include only {allowed}",
    "core-std-only": "core includes the C++ standard library and itself, nothing else",
    "core-no-io": "core does no input or output: no {header}",
    "core-no-clock": "time reaches core as an input; the clock stands in core/base/platform",
    "core-threads": "threads and locks stand in core/base (mutex and atomic also in core/message)",
    "core-random": "numbers are drawn by core/base/random.h, <random> differs between libraries",
    "core-elementary": "elementary functions come from core/math, the C library's bits differ",
    "system-header": "headers of the operating system and processor stand in core/base/platform, capi/src/platform",
    "eigen": "Eigen stands in core/math",
    "nlohmann-room": "nlohmann stands in capi/src/json.cpp, in one .cpp of a folder that hosts or plugs in",
    "capi-includes": "capi includes core, dks.h, dks_plugin.h and its own files",
    "public-header": "a public header includes <stddef.h>, <stdint.h> and public headers; dks.hpp the C++ library and dks.h",
    "plugin-includes": "a plugin includes of ours only dks.h, dks_plugin.h and its own files",
    "plugin-library": "<uv.h> and hiredis stand in plugins/redis, sqlite3.h in plugins/sqlite",
    "host-includes": "examples, bindings and tests/capi include of ours only dks.h, dks.hpp and their own files",
    "no-parent-path": 'no "../" in an include',
}

# ---- reading --------------------------------------------------------------------------------------------

SOURCE_SUFFIXES = {".h", ".hpp", ".c", ".cc", ".cpp", ".inc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
NOT_CODE = re.compile(
    r"""R"(?P<raw>[^()\s\\]{0,16})\(.*?\)(?P=raw)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'""", re.DOTALL
)


class File:
    """A source file: its path in the project, its includes, its lines without comments and texts."""

    def __init__(self, root, path):
        self.root = root
        self.path = path
        self.folder = path.rsplit("/", 1)[0] + "/"
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        self.includes = []  # (line, header, is_quoted)
        for number, line in enumerate(blank(text, keep_texts=True).split("\n"), 1):
            match = INCLUDE.match(line)
            if match:
                self.includes.append((number, match[2], match[1] == '"'))
        self.code = blank(text, keep_texts=False).split("\n")

    def has_own(self, header):
        """Is `header` a file beside this one or below, or from a folder above inside the same tree?"""
        folder = (self.root / self.path).parent
        top = self.root.joinpath(*Path(self.path).parts[:2])
        while True:
            if (folder / header).is_file():
                return True
            if folder == top or folder == self.root:
                return False
            folder = folder.parent


def blank(text, keep_texts):
    """Takes comments out, and texts too if asked; lines keep their numbers."""

    def replace(match):
        found = match[0]
        if keep_texts and found[0] in "\"'":
            return found
        return '""' + "\n" * found.count("\n")

    return NOT_CODE.sub(replace, text)


def sources(root):
    for top in ("core", "capi", "plugins", "examples", "bindings", "tests"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and path.is_file():
                yield File(root, path.relative_to(root).as_posix())


# ---- checking -------------------------------------------------------------------------------------------


class Breaches:
    def __init__(self):
        self.found = []  # (path, line, what, rule, text)

    def add(self, file, line, what, rule, **names):
        self.found.append((file.path, line, what, rule, RULES[rule].format(**names)))


def check(root):
    breaches = Breaches()
    json_files = {}  # folder -> files that include nlohmann
    for file in sources(root):
        for line, header, quoted in file.includes:
            if header.startswith("../") or "/../" in header:
                breaches.add(file, line, shown(header, quoted), "no-parent-path")
            elif header.startswith("nlohmann/"):
                json_files.setdefault(file.folder, []).append((file, line))
        check_by_layer(file, breaches)
    check_json(json_files, breaches)
    return sorted(breaches.found)


def check_by_layer(file, breaches):
    if file.path.startswith("core/"):
        check_core(file, breaches)
    elif file.path.startswith("capi/include/"):
        check_public_header(file, breaches)
    elif file.path.startswith("capi/"):
        check_capi(file, breaches)
    elif file.path.startswith("plugins/"):
        check_plugin(file, breaches)
    elif file.path.startswith(("examples/", "bindings/", "tests/capi/")):
        check_host(file, breaches)


def check_core(file, breaches):
    room = file.path.split("/")[1]
    if room not in ROOMS or file.path.count("/") < 2:
        breaches.add(file, 1, file.path, "room-unknown")
        return
    for line, header, quoted in file.includes:
        what = shown(header, quoted)
        if quoted:
            other = header.split("/")[0]
            if "/" not in header or other not in ROOMS or not (file.root / "core" / header).is_file():
                breaches.add(file, line, what, "room-path")
            elif other != room:
                if other not in ROOMS[room]:
                    allowed = ", ".join(sorted(ROOMS[room] | {room}))
                    breaches.add(file, line, what, "room-order", room=room, allowed=allowed)
        elif header.startswith("Eigen/"):
            if room != "math":
                breaches.add(file, line, what, "eigen")
        elif header not in STANDARD_HEADERS:
            check_foreign_header(file, line, what, header, breaches)
        else:
            check_standard_header(file, line, what, header, room, breaches)
    check_elementary(file, room, breaches)


def check_foreign_header(file, line, what, header, breaches):
    if is_system_header(header):
        if not file.path.startswith(PLATFORM):
            breaches.add(file, line, what, "system-header")
    else:
        breaches.add(file, line, what, "core-std-only")


def check_standard_header(file, line, what, header, room, breaches):
    if header in IO_HEADERS:
        breaches.add(file, line, what, "core-no-io", header=what)
    elif header in CLOCK_HEADERS and not file.path.startswith(PLATFORM):
        breaches.add(file, line, what, "core-no-clock")
    elif header in THREAD_HEADERS and room != "base":
        if room != "message" or header not in INBOX_THREAD_HEADERS:
            breaches.add(file, line, what, "core-threads")
    elif header == "random" and room != "math":
        breaches.add(file, line, what, "core-random")


def check_elementary(file, room, breaches):
    """Without std:: only a file that includes <cmath> itself can mean the C library's function."""
    if room == "math":
        return
    includes_cmath = any(header in ("cmath", "math.h") for _, header, _ in file.includes)
    for number, line in enumerate(file.code, 1):
        match = STD_ELEMENTARY.search(line) or (includes_cmath and BARE_ELEMENTARY.search(line))
        if match:
            breaches.add(file, number, match[0].rstrip("( "), "core-elementary")


def check_capi(file, breaches):
    for line, header, quoted in file.includes:
        what = shown(header, quoted)
        in_core = header.split("/")[0] in ROOMS and (file.root / "core" / header).is_file()
        if quoted:
            if not in_core and header not in OUR_C_HEADERS and not file.has_own(header):
                breaches.add(file, line, what, "capi-includes")
        elif header.startswith("Eigen/"):
            breaches.add(file, line, what, "eigen")
        elif header.startswith("nlohmann/") or header in STANDARD_HEADERS | C_HEADERS:
            continue
        elif is_system_header(header):
            if not file.path.startswith(CAPI_PLATFORM):
                breaches.add(file, line, what, "system-header")
        else:
            breaches.add(file, line, what, "capi-includes")


def check_public_header(file, breaches):
    for line, header, quoted in file.includes:
        if file.path.endswith(".hpp"):
            allowed = {"dks.h"} if quoted else STANDARD_HEADERS
        else:
            allowed = OUR_C_HEADERS if quoted else {"stddef.h", "stdint.h"}
        if header not in allowed:
            breaches.add(file, line, shown(header, quoted), "public-header")


def check_plugin(file, breaches):
    folder = file.path.split("/")[1]
    for line, header, quoted in file.includes:
        what = shown(header, quoted)
        if is_ours(file, header) and header not in OUR_C_HEADERS:
            breaches.add(file, line, what, "plugin-includes")
        elif quoted and header not in OUR_C_HEADERS and not file.has_own(header):
            breaches.add(file, line, what, "plugin-includes")
        elif header == "uv.h" or header.startswith("hiredis"):
            if folder != "redis":
                breaches.add(file, line, what, "plugin-library")
        elif header == "sqlite3.h" and folder != "sqlite":
            breaches.add(file, line, what, "plugin-library")


def check_host(file, breaches):
    allowed = HOST_HEADERS if not file.path.startswith("tests/") else HOST_HEADERS | OUR_C_HEADERS
    for line, header, quoted in file.includes:
        if header in allowed:
            continue
        if is_ours(file, header) or (quoted and not file.has_own(header)):
            breaches.add(file, line, shown(header, quoted), "host-includes")


def check_json(json_files, breaches):
    """One .cpp of a folder knows nlohmann; tests may as they like."""
    for folder, users in json_files.items():
        if folder.startswith(("tests/", "core/")):  # core-std-only speaks for core
            continue
        allowed = [user for user in users if user[0].path.endswith(".cpp")][:1]
        if folder.startswith("capi/"):
            allowed = [user for user in users if user[0].path == "capi/src/json.cpp"]
        for user in users:
            if user not in allowed:
                breaches.add(user[0], user[1], "<nlohmann/...>", "nlohmann-room")


def is_ours(file, header):
    """Does the name mean a file of core or capi, and none of the includer's own?"""
    if file.has_own(header):
        return False
    return (
        header in OUR_C_HEADERS | HOST_HEADERS
        or (header.split("/")[0] in ROOMS and (file.root / "core" / header).is_file())
        or (file.root / "capi/src" / header).is_file()
    )


def is_system_header(header):
    """What ends in .h and is no third-party library of a room: unistd.h, sys/..., windows.h, xmmintrin.h."""
    return header.endswith(".h") and not header.startswith(("hiredis", "cjson/", "dks"))


def shown(header, quoted):
    return f'"{header}"' if quoted else f"<{header}>"


# ---- proof that each rule can fail ----------------------------------------------------------------------

# A tree in which every layer does what it may do; no rule speaks.
GOOD_TREE = {
    "core/base/ids.h": "#include <cstdint>\n",
    "core/base/clock.h": "#include <cstdint>\n",
    "core/base/workers.cpp": "#include <thread>\n#include <atomic>\n",
    "core/base/platform/clock.cpp": '#include "base/clock.h"\n#include <chrono>\n#include <sys/mman.h>\n',
    "core/math/functions.h": '#include <cmath>\ndouble f() { return std::exp(1); }\n',
    "core/math/solve.cpp": "#include <Eigen/Core>\n#include <random>\n",
    "core/message/inbox.cpp": '#include "base/ids.h"\n#include <mutex>\n',
    "core/mind/infer.cpp": '#include "math/functions.h"\n#include <cmath>\n'
    'double g(double x) { return math::exp(x) + std::sqrt(x) + std::floor(x); } // std::log(x)\n'
    'const char* s = "std::exp(x)"; int n = 1\'000\'000; double h(T t) { return t.log(1); }\n'
    'const char* page = R"x(\n#include <fstream>\n" std::exp(1) )x";\n',
    "core/world/world.h": '#include "message/inbox.h"\n',
    "core/message/inbox.h": "",
    "core/pet/pet.cpp": '#include "world/world.h"\n#include "mind/infer.h"\n',
    "core/mind/infer.h": "// #include <iostream>\n/*\n#include <fstream>\n*/\n",
    "capi/include/dks.h": "#include <stdint.h>\n",
    "capi/include/dks_plugin.h": '#include "dks.h"\n',
    "capi/include/dks.hpp": '#include "dks.h"\n#include <span>\n',
    "capi/src/json.h": "",
    "capi/src/json.cpp": '#include "json.h"\n#include <nlohmann/json.hpp>\n',
    "capi/src/model.cpp": '#include "dks.h"\n#include "json.h"\n#include "world/world.h"\n#include <vector>\n',
    "plugins/redis/redis.cpp": '#include "dks_plugin.h"\n#include "wire.h"\n#include <uv.h>\n#include <unistd.h>\n',
    "plugins/redis/wire.h": "#include <hiredis/hiredis.h>\n",
    "examples/petworld/main.cpp": '#include "dks.h"\n#include "draw.h"\n#include <CLI/CLI.hpp>\n#include <unistd.h>\n',
    "examples/petworld/draw.h": "",
    "examples/petworld/json_io.cpp": "#include <nlohmann/json.hpp>\n",
    "tests/capi/test_model.c": '#include "dks.h"\n#include <cmocka.h>\n',
    "tests/unit/test_grid.cpp": '#include "world/world.h"\n#include <nlohmann/json.hpp>\n',
}

# One file more, and what has to be said about it: (path, text, line, rule).
BAD_FILES = [
    ("core/world.h", "", 1, "room-unknown"),
    ("core/attic/old.h", "", 1, "room-unknown"),
    ("core/world/a.cpp", '#include "world.h"\n', 1, "room-path"),
    ("core/world/a.cpp", '#include "world/gone.h"\n', 1, "room-path"),
    ("core/pet/a.cpp", '#include "dks.h"\n', 1, "room-path"),
    ("core/base/a.cpp", '\n#include "math/functions.h"\n', 2, "room-order"),
    ("core/math/a.cpp", '#include "world/world.h"\n', 1, "room-order"),
    ("core/mind/a.cpp", '#include "world/world.h"\n', 1, "room-order"),
    ("core/world/a.cpp", '#include "mind/infer.h"\n', 1, "room-order"),
    ("core/message/a.cpp", '#include "world/world.h"\n', 1, "room-order"),
    ("core/world/a.cpp", "#include <nlohmann/json.hpp>\n", 1, "core-std-only"),
    ("core/world/a.cpp", "#include <boost/any.hpp>\n", 1, "core-std-only"),
    ("core/world/a.cpp", "#  include <iostream>\n", 1, "core-no-io"),
    ("core/base/platform/a.cpp", "#include <cstdio>\n", 1, "core-no-io"),
    ("core/base/a.cpp", "#include <fstream>\n", 1, "core-no-io"),
    ("core/data/a.cpp", "#include <filesystem>\n", 1, "core-no-io"),
    ("core/base/a.cpp", "#include <chrono>\n", 1, "core-no-clock"),
    ("core/world/a.cpp", "#include <thread>\n", 1, "core-threads"),
    ("core/mind/a.cpp", "#include <atomic>\n", 1, "core-threads"),
    ("core/message/a.cpp", "#include <condition_variable>\n", 1, "core-threads"),
    ("core/world/a.cpp", "#include <random>\n", 1, "core-random"),
    ("core/mind/a.cpp", "double f(double x) { return std::log(x); }\n", 1, "core-elementary"),
    ("core/base/a.cpp", "\n\ndouble f(double x) { return std :: powf (x, 2); }\n", 3, "core-elementary"),
    ("core/pet/a.cpp", "#include <cmath>\ndouble f(double x) { return tanh(x); }\n", 2, "core-elementary"),
    ("core/world/a.cpp", "#include <unistd.h>\n", 1, "system-header"),
    ("core/base/a.cpp", "#include <xmmintrin.h>\n", 1, "system-header"),
    ("core/base/a.cpp", "#include <stdint.h>\n", 1, "system-header"),
    ("capi/src/a.cpp", "#include <dlfcn.h>\n", 1, "system-header"),
    ("core/mind/a.cpp", "#include <Eigen/Core>\n", 1, "eigen"),
    ("capi/src/a.cpp", "#include <Eigen/Core>\n", 1, "eigen"),
    ("capi/src/a.cpp", "#include <nlohmann/json.hpp>\n", 1, "nlohmann-room"),
    ("examples/petworld/page.cpp", "#include <nlohmann/json.hpp>\n", 1, "nlohmann-room"),
    ("examples/petworld/page.h", "#include <nlohmann/json.hpp>\n", 1, "nlohmann-room"),
    ("capi/src/a.cpp", '#include "world/gone.h"\n', 1, "capi-includes"),
    ("capi/src/a.cpp", "#include <uv.hpp>\n", 1, "capi-includes"),
    ("capi/include/dks_more.h", "#include <string.h>\n", 1, "public-header"),
    ("capi/include/dks_more.hpp", "#include <boost/any.hpp>\n", 1, "public-header"),
    ("capi/src/a.cpp", '#include "dks.hpp"\n', 1, "capi-includes"),
    ("plugins/redis/a.cpp", '#include "world/world.h"\n', 1, "plugin-includes"),
    ("plugins/redis/a.cpp", '#include "dks.hpp"\n', 1, "plugin-includes"),
    ("plugins/redis/a.cpp", "#include <json.h>\n", 1, "plugin-includes"),
    ("plugins/mqtt/a.cpp", "#include <uv.h>\n", 1, "plugin-library"),
    ("plugins/redis/a.cpp", "#include <sqlite3.h>\n", 1, "plugin-library"),
    ("examples/petworld/a.cpp", '#include "dks_plugin.h"\n', 1, "host-includes"),
    ("examples/petworld/a.cpp", '#include "base/ids.h"\n', 1, "host-includes"),
    ("bindings/lua/a.cpp", "#include <world/world.h>\n", 1, "host-includes"),
    ("tests/capi/a.c", '#include "json.h"\n', 1, "host-includes"),
    ("tests/unit/a.cpp", '#include "../../core/base/ids.h"\n', 1, "no-parent-path"),
]


def self_test():
    failures = [f"good tree: {breach}" for breach in check_tree(GOOD_TREE)]
    proved = set()
    for path, text, line, rule in BAD_FILES:
        found = check_tree({**GOOD_TREE, path: text})
        if any(breach[0] == path and breach[1] == line and breach[3] == rule for breach in found):
            proved.add(rule)
        else:
            failures.append(f"{path} with {text!r}: expected {rule} in line {line}, found {found}")
        others = {breach[3] for breach in found} - {rule}
        if others:
            failures.append(f"{path} with {text!r}: {sorted(others)} spoke too")
    failures += [f"no file proves that {rule} can fail" for rule in RULES if rule not in proved]
    for failure in failures:
        print(failure)
    print(f"self-test: {len(BAD_FILES)} bad files, {len(proved)} of {len(RULES)} rules proved, "
          f"{len(failures)} failures")
    return 1 if failures else 0


def check_tree(files):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return check(root)


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    found = check(root)
    for path, line, what, rule, text in found:
        print(f"{path}:{line}: {what}: {text} [{rule}]")
    checked = sum(1 for _ in sources(root))
    print(f"include directions: {checked} files, {len(found)} breaches")
    return 1 if found or not checked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
