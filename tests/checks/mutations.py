#!/usr/bin/env python3
"""Tries the mutations that stand above tests: with each, its test must fail.

A test names a mutation in a comment right above it:
    // breaks: world/step.cpp: `OLD` => `NEW`
The file is below core/; OLD stands in it once, however it is broken into lines. The library is compiled
once, then for each mutation what depends on the file, and the one test is run.
    mutations.py TEST.cpp... [--only WORD]
SPDX-License-Identifier: MIT
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core"
ROOMS = ["base", "base/platform", "math", "message", "data", "world"]
FLAGS = "-std=c++20 -O0 -ffp-contract=off -fno-math-errno -w".split()
COMPILER = os.environ.get("CXX", "g++")
SECONDS_A_TEST = 30


@dataclass
class Mutation:
    test_file: Path
    test: str
    file: str
    old: str
    new: str

    def name(self):
        return f"{self.test_file.stem}: {self.test}"


def read_mutations(path):
    source = path.read_text()
    found = []
    for comment, test in re.findall(r"((?:^//.*\n)+)^void (\w+)\(void\*\*\)", source, re.MULTILINE):
        text = " ".join(line.removeprefix("//").strip() for line in comment.splitlines())
        if match := re.fullmatch(r"breaks: (\S+): `([^`]+)` => `([^`]*)`", text):
            found.append(Mutation(path, test, *match.groups()))
    written = source.count("// breaks:")
    if len(found) != written:
        sys.exit(f"{path}: {written} mutations are named, {len(found)} can be read")
    return found


def mutated(mutation):
    """The file with the mutation, or a sentence about why there is none."""
    source = (CORE / mutation.file).read_text()
    tokens = [re.escape(token) for token in re.findall(r"\w+|[^\w\s]", mutation.old)]
    hits = list(re.finditer(r"\s*".join(tokens), source))
    if len(hits) != 1:
        return None, f"{mutation.file} has {len(hits)} places like `{mutation.old}`, expected 1"
    begin, end = hits[0].span()
    return source[:begin] + mutation.new + source[end:], None


def run(command, seconds=600):
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds)


def compile_or_exit(command):
    result = run(command)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")


class Bench:
    """The library and the tests as they are, and mutants of them."""

    def __init__(self, directory, tests, jobs):
        self.directory = Path(directory)
        self.sources = [s for room in ROOMS for s in sorted((CORE / room).glob("*.cpp"))]
        units = self.sources + tests
        self.objects = {unit: self.directory / f"{i}_{unit.stem}.o" for i, unit in enumerate(units)}
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda u: compile_or_exit(self.compiling(u, self.objects[u])), units))
        for test in tests:
            compile_or_exit(self.linking(test, {}, self.directory / test.stem))

    def compiling(self, source, to, overlay=None):
        includes = [f"-I{overlay}"] if overlay else []
        includes += [f"-I{CORE}", f"-I{ROOT / 'tests/unit'}"]
        return [COMPILER, *FLAGS, *includes, "-c", source, "-o", to]

    def linking(self, test, replaced, to):
        objects = [replaced.get(s, self.objects[s]) for s in [test, *self.sources]]
        return [COMPILER, *filter(None, objects), "-o", to, "-lcmocka", "-lpthread"]

    def passes(self, program, test):
        try:
            return run([program, test], SECONDS_A_TEST).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def verdict(self, mutation):
        """None if the test catches the mutation, else a sentence."""
        text, problem = mutated(mutation)
        if problem:
            return problem
        if not self.passes(self.directory / mutation.test_file.stem, mutation.test):
            return "the test fails without the mutation too"
        with tempfile.TemporaryDirectory(dir=self.directory) as overlay:
            overlay = Path(overlay)
            file = overlay / mutation.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            if file.suffix == ".cpp":
                replaced = {CORE / mutation.file: overlay / "unit.o"}
                unit = file
            else:
                # A header: everything that may include it, as one unit.
                unit = overlay / "all.cpp"
                parts = [s for s in self.sources if s.parent.name in ("world", "data", "message")]
                parts.append(mutation.test_file)
                unit.write_text("".join(f'#include "{part}"\n' for part in parts))
                replaced = {part: None for part in parts}
                replaced[mutation.test_file] = overlay / "unit.o"
            compiled = run(self.compiling(unit, overlay / "unit.o", overlay))
            if compiled.returncode != 0:
                return f"the mutation does not compile:\n{compiled.stderr}"
            linked = run(self.linking(mutation.test_file, replaced, overlay / "mutant"))
            if linked.returncode != 0:
                return f"the mutation does not link:\n{linked.stderr}"
            if self.passes(overlay / "mutant", mutation.test):
                return f"`{mutation.old}` => `{mutation.new}` in {mutation.file} is not caught"
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tests", nargs="+", type=Path)
    parser.add_argument("--only", default="", help="mutations whose test or file has this word")
    options = parser.parse_args()
    tests = [test.resolve() for test in options.tests]
    mutations = [m for test in tests for m in read_mutations(test)]
    mutations = [m for m in mutations if options.only in m.test or options.only in m.file]
    if not mutations:
        sys.exit("there are no mutations to try")
    jobs = os.cpu_count() or 1
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(directory, sorted({m.test_file for m in mutations}), jobs)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for mutation, problem in zip(mutations, pool.map(bench.verdict, mutations)):
                if problem:
                    failed += 1
                    print(f"{mutation.name()}: {problem}")
    print(f"mutations: {len(mutations) - failed} of {len(mutations)} are caught")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
