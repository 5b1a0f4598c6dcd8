#!/usr/bin/env python3
"""Runs the examples of README.md, of the pages in capi/docs and plugins and of the comments in dks.h against a build.

    readme_examples.py BUILD

A code block of a page is checked by its language: c compiles as C11 and cpp as C++20, with warnings as errors, and
runs; sh runs
in an empty folder that shows the build and the examples; json is a world that the schemas and the library take;
cmake finds an installed copy of the build, links the C example and the result runs. A comment before a block
changes that: `<!-- check: run in the project -->`, `<!-- check: skip: REASON -->`. Links must lead somewhere, tests
that are named after their file (`tests/capi/test_x.c`: `a`, `b`) must stand in it, and messages given as examples in dks.h must be accepted by it.

SPDX-License-Identifier: MIT
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HEADER = ROOT / "capi" / "include" / "dks.h"
MINUTES = 5

BLOCK = re.compile(r"(?:<!-- check: (?P<note>.*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
STANDARDS = {"c": "-std=c11", "cpp": "-std=c++20"}

# Posts the examples of the header, each as an argument, to a world in which the pets and fields exist.
POSTER = r"""
#include <dks.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  dks_model* model = NULL;
  dks_spawn_desc pet;
  int refused = 0;
  dks_spawn_desc_init(&pet);
  pet.name = "Momo";
  if (dks_model_create(NULL, &model) || dks_model_spawn(model, &pet, 1, NULL)) {
    fprintf(stderr, "%s\n", dks_last_error());
    return 1;
  }
  for (int i = 1; i < argc; ++i) {
    if (dks_model_check_json(model, "dks.h", argv[i], strlen(argv[i]))) {
      fprintf(stderr, "%s\n", dks_last_error());
      refused = 1;
    }
  }
  dks_model_destroy(model);
  return refused;
}
"""


class Failure(Exception):
    pass


def run(command, cwd, environment, shell_text=None):
    """Runs a command; its output only shows when it fails."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment, input=shell_text or "", text=True, timeout=60 * MINUTES,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Failure(f"not done in {MINUTES} minutes\n{late.stdout or ''}") from None
    if done.returncode != 0:
        raise Failure(f"ended with {done.returncode}\n{done.stdout}")
    return done.stdout


class Checks:
    def __init__(self, build, scratch):
        self.build = build
        self.scratch = scratch
        self.compilers = {"c": os.environ.get("CC", "cc").split(), "cpp": os.environ.get("CXX", "c++").split()}
        self.prefix = scratch / "installed"
        self.folder = scratch / "folder"  # where sh blocks run
        (self.folder / "build").mkdir(parents=True)
        (self.folder / "build" / "release").symlink_to(build)
        (self.folder / "examples").symlink_to(ROOT / "examples")
        self.environment = dict(os.environ)
        self.c_text = None

    def install(self):
        if not self.prefix.exists():
            run(["cmake", "--install", self.build, "--prefix", self.prefix], self.scratch, self.environment)
            package = next(self.prefix.rglob("dks.pc"), None)
            if package is None:
                raise Failure("the installation has no dks.pc")
            libraries = str(package.parent.parent)
            self.environment |= {"PKG_CONFIG_PATH": str(package.parent), "LD_LIBRARY_PATH": libraries}

    def compile(self, name, text, language="c"):
        source = self.folder / f"{name}.{language}"
        source.write_text(text, "utf-8")
        program = self.scratch / name
        libraries = self.build / "lib"
        command = [*self.compilers[language], STANDARDS[language], *STRICT, f"-I{HEADER.parent}", source]
        command += [f"-L{libraries}", "-ldks", f"-Wl,-rpath,{libraries}", "-o", program]
        run(command, self.scratch, self.environment)
        return program

    # ---- by language

    def c(self, text, _):
        self.c_text = self.c_text or text
        self.program("pets", text, "c")

    def cpp(self, text, _):
        self.program("pets_cpp", text, "cpp")

    def program(self, name, text, language):
        output = run([self.compile(name, text, language)], self.folder, self.environment)
        if not output.strip():
            raise Failure("the program printed nothing")

    def sh(self, text, note):
        cwd = self.folder
        if note == "run in the project":
            if self.build != (ROOT / "build" / "release").resolve():
                return "only for build/release"
            cwd = ROOT
        if "pkg-config" in text:
            if shutil.which("pkg-config") is None:
                return "pkg-config is not installed"
            self.install()
        for line in text.splitlines():
            program = re.match(r"(?:[^|]*\| *)?(build/release/\S+)", line)
            if program and not (self.folder / program[1]).exists():
                raise Failure(f"{program[1]} was not built")
        output = run(["sh", "-euc", text], cwd, self.environment)
        if "petworld" in text and not output.strip():
            raise Failure("it printed nothing")
        if "why Momo" in text and "expected of each action" not in output:
            raise Failure(f"it does not say why\n{output}")
        for name in re.findall(r"--collect (\S+)|picture \S+ (\S+)", text):
            written = cwd / "".join(name)
            if not written.exists() or written.is_dir() and not any(written.iterdir()):
                raise Failure(f"{written.name} was not written")
        if "pkg-config" in text:
            run([self.folder / "pets"], self.folder, self.environment)
        return None

    def json(self, text, _):
        sys.path.insert(0, str(Path(__file__).parent))
        import schemas

        library = self.build / "lib" / "libdks.so"
        program = self.build / "bin" / "petworld"
        judges = schemas.Judges(library, program if program.exists() else None)
        for who, why in judges.verdicts("world", json.loads(text)):
            if why:
                raise Failure(f"{who} refuses it: {why}")

    def cmake(self, text, _):
        self.install()
        project = self.scratch / "project"
        project.mkdir()
        (project / "pets.c").write_text(self.c_text, "utf-8")
        (project / "CMakeLists.txt").write_text(text, "utf-8")
        build = project / "build"
        run(["cmake", "-S", project, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}"], project, self.environment)
        run(["cmake", "--build", build], project, self.environment)
        run([build / "pets"], project, self.environment)

    # ---- what is no block

    def links(self, page, text):
        absent = [
            link for link in re.findall(r"\]\(([^)#:]+)\)", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))
            if not (page.parent / link).exists()
        ]
        named = set(re.findall(r"`((?:core|capi|examples|tests|\.ci)/[\w./-]+\w)`", text))
        absent += sorted(name for name in named if not (ROOT / name).exists())
        for file, tests in re.findall(r"`(tests/[\w./]+\.c)`:((?:,?\s+`\w+`)+)", text):
            source = (ROOT / file).read_text("utf-8")
            absent += [f"{test} in {file}" for test in re.findall(r"`(\w+)`", tests) if f" {test}(" not in source]
        if absent:
            raise Failure("not there: " + ", ".join(absent))

    def header(self):
        comments = "\n".join(re.findall(r"/\*.*?\*/", HEADER.read_text("utf-8"), re.DOTALL))
        comments = re.sub(r"\n \* ?", "\n", comments)
        examples = re.findall(r'\{"(?:step|from|to|kind)"[^{}]*\}', comments)
        if not examples:
            raise Failure("no example of a message was found")
        run([self.compile("poster", POSTER), *examples], self.folder, self.environment)


def check_page(page, checks, check):
    text = page.read_text("utf-8")
    name = page.relative_to(ROOT)
    blocks = 0
    for block in BLOCK.finditer(text):
        blocks += 1
        note = block["note"] or ""
        language = block["language"]
        what = f"{name}:{text.count(chr(10), 0, block.start('language')) + 1} ({language or 'no language'})"
        if note.startswith("skip: "):
            check(what, lambda: note.removeprefix("skip: "))
        elif language in ("c", "cpp", "sh", "json", "cmake"):
            check(what, lambda: getattr(checks, language)(block["text"], note))
        else:
            check(what, lambda: fail("nothing checks this language"))
    if text.count("\n```") != 2 * blocks:
        check(name, lambda: fail("a code block was not recognised"))
    check(f"{name}: links, files and tests", lambda: checks.links(page, text))


def fail(why):
    raise Failure(why)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.split("\n\n")[1].strip())
    build = Path(sys.argv[1]).resolve()
    if not (build / "lib" / "libdks.so").exists():
        raise SystemExit(f"{build}/lib/libdks.so is not there: build it first")
    counts = {"passed": 0, "skipped": 0, "failed": 0}

    def check(what, judge):
        try:
            skipped = judge()
        except Failure as failure:
            counts["failed"] += 1
            print(f"{what}: FAILED: {failure}")
            return
        counts["skipped" if skipped else "passed"] += 1
        print(f"{what}: {'skipped: ' + skipped if skipped else 'passed'}")

    with tempfile.TemporaryDirectory() as scratch:
        checks = Checks(build, Path(scratch).resolve())
        pages = [*(ROOT / "capi" / "docs").glob("*.md"), *(ROOT / "plugins").glob("*/README.md")]
        for page in (ROOT / "README.md", *sorted(pages)):
            check_page(page, checks, check)
        check("dks.h: examples of messages", checks.header)
    print("examples: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["failed"] or counts["passed"] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
