#!/usr/bin/env python3
"""Compares the ABI that the public headers declare with the baselines in tests/abi, by abidiff.

abidw reads debug information, and that of the library itself is mostly of its insides. So a library is made of the
headers alone: each function that they declare, with a body that does nothing, and a variable of each enumeration. That
the real library has these functions, and no others, the compiler and tests/checks/symbols.sh see to; the names that it
exports are compared here once more.

A program passes its own struct_size, so what it sees of a struct that begins with one is the part that it knows.
Therefore today's structs are cut to the sizes of the baseline before they are compared, and then all is compared
strictly: no suppressions. For constants that an enumeration has gained it is the same.

    abi.py --library LIBRARY | --new VERSION
SPDX-License-Identifier: MIT
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADERS = ROOT / "capi" / "include"
BASELINES = ROOT / "tests" / "abi"
NAMES = ("dks.h", "dks_plugin.h")
DUMP = "libdks.abi"

WHAT_TO_DO = """Programs that are out there would break. Either undo the change (a new function, a new constant, a new
member at the end of a struct that begins with struct_size do no harm), or, if it has to be: give
libdks.so a new SOVERSION or dks_plugin.h a new ABI major, say in CHANGELOG.md under [abi] what breaks
and why, and make a new baseline (tests/abi/README.md)."""

ENUM = re.compile(r"\benum \{(?=\s*(?:/\*.*?\*/\s*)*(\w+))", re.DOTALL)
# Version numbers change, and so does a MAP of several lines.
MACRO = re.compile(r"^#define ((?:DKS|ARROW)_(?!VERSION_|PLUGIN_ABI_MINOR)\w+) +([(0-9].*)$", re.MULTILINE)
DECLARATION = re.compile(r'__attribute__\(\(visibility\("default"\)\)\)\s*([^;{]*\))\s*;')


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def dump_headers(headers, work):
    """The dump of what the headers in a folder declare: an ElementTree."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    tags, macros = [], []
    for name in NAMES:
        text = (headers / name).read_text()
        tags += ENUM.findall(text)
        macros += MACRO.findall(text)
        # An enumeration without a name gets that of its first constant.
        (work / name).write_text(ENUM.sub(lambda found: f"enum with_{found[1]} {{", text))
    compiler = [*os.environ.get("CC", "cc").split(), "-std=gnu11", "-w", "-I."]
    (work / "face.c").write_text('#include "dks_plugin.h"\n')
    functions = DECLARATION.findall(run(*compiler, "-E", "-P", "face.c", cwd=work))
    source = ['#include "dks_plugin.h"']
    source += [f"{function} {{ __builtin_trap(); }}" for function in functions]
    source += [f"enum with_{tag} with_{tag};" for tag in tags]
    source += [f"enum macro_{name} {{ {name}_ = {value} }} macro_{name};" for name, value in macros]
    (work / "face.c").write_text("\n".join(source) + "\n")
    run(*compiler, "-g", "-O0", "-fPIC", "-shared", "-o", "libdks.so.0", "-Wl,-soname,libdks.so.0", "face.c", cwd=work)
    # no-architecture: these layouts are those of every machine with pointers of 64 bits.
    run(
        *"abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-architecture --no-elf-needed".split(),
        *"--type-id-style hash --out-file face.abi libdks.so.0".split(),
        cwd=work,
    )
    return ElementTree.parse(work / "face.abi")


def structs_of(dump):
    return {each.get("name"): each for each in dump.iter("class-decl") if each.get("is-declaration-only") != "yes"}


def offset_of(member):
    return int(member.get("layout-offset-in-bits"))


def begins_with_its_size(struct):
    members = struct.findall("data-member")
    return bool(members) and members[0].find("var-decl").get("name") == "struct_size"


def cut(dump, baseline):
    """What a program that knows the baseline sees of today's structs; returns which ones have grown."""
    grown = []
    today = structs_of(dump)
    for name, old in structs_of(baseline).items():
        new = today.get(name)
        if new is None or not begins_with_its_size(old):
            continue
        size = int(old.get("size-in-bits"))
        added = [each for each in new.findall("data-member") if offset_of(each) >= size]
        for member in added:
            new.remove(member)
        if added:
            new.set("size-in-bits", str(size))
            grown.append(name)
    enums = {each.get("name"): each for each in dump.iter("enum-decl")}
    for old in baseline.iter("enum-decl"):
        new = enums.get(old.get("name"), ElementTree.Element("enum-decl"))
        known = {each.get("name") for each in old.iter("enumerator")}
        for constant in [each for each in new.findall("enumerator") if each.get("name") not in known]:
            new.remove(constant)
    return grown


def differences(baseline_file, dump, work):
    """What abidiff says against a dump, empty if nothing; and the structs that have grown."""
    grown = cut(dump, ElementTree.parse(baseline_file))
    dump.write(work / "cut.abi")
    done = subprocess.run(
        ["abidiff", "--harmless", "--no-added-syms", str(baseline_file), "cut.abi"],
        cwd=work,
        capture_output=True,
        text=True,
    )
    return ("" if done.returncode == 0 else done.stdout + done.stderr or f"exit {done.returncode}"), grown


def count_functions(dump):
    return sum(1 for each in dump.iter("function-decl") if each.get("elf-symbol-id"))


def missing_exports(baseline_file, library):
    exported = run("nm", "-D", "--defined-only", str(library)).split()
    functions = {each.get("elf-symbol-id") for each in ElementTree.parse(baseline_file).iter("function-decl")}
    # The two functions of a plugin are the plugin's.
    return sorted(functions - set(exported) - {None, "dks_plugin_query", "dks_plugin_init"})


# What must be found, and what not: (what is done to the headers of the first baseline, file, old, new).
BREAKS = [
    ("a function is gone", "dks.h", r"DKS_API uint32_t dks_version\(void\) DKS_NOEXCEPT;", ""),
    ("a function gets a parameter", "dks.h", r"dks_version\(void\)", "dks_version(int32_t part)"),
    ("a function returns another type", "dks.h", r"uint32_t dks_version\(", "int64_t dks_version("),
    ("a constant has another value", "dks.h", "DKS_TYPE_I32 = 3", "DKS_TYPE_I32 = 33"),
    ("a constant is gone", "dks.h", r"DKS_OP_LE = 2, ", ""),
    ("a macro has another value", "dks_plugin.h", "DKS_INDEX_NONE 0xffffffffu", "DKS_INDEX_NONE 0xfffffffeu"),
    ("another plugin major", "dks_plugin.h", "DKS_PLUGIN_ABI_MAJOR 0", "DKS_PLUGIN_ABI_MAJOR 1"),
    ("a member in the middle", "dks.h", "const char[*] mind; ", "uint64_t mid; const char* mind; "),
    ("two members change places", "dks_plugin.h", "uint32_t width, height;", "uint32_t height, width;"),
    ("a member has another type", "dks.h", "double value; /[*] what", "float value; /* what"),
    ("a member has another name, at its old place", "dks.h", "uint64_t slow_ns;", "uint64_t slow_us;"),
    ("the last member is gone", "dks.h", r"uint64_t lost;", ""),
    ("a record of an array grows", "dks.h", r"double value\[2\];", "double value[3];"),
    ("a struct without a size grows", "dks.h", r"(?=\} dks_allocator)", "void* more; "),
    ("a record of a plugin grows", "dks_plugin.h", r"uint32_t from; /[*] of a user", "uint32_t from; uint64_t at; /*"),
    ("a slot of the host table goes", "dks_plugin.h", r"double \(\*tanh\)\(double x\);", ""),
    ("a slot of the host table changes", "dks_plugin.h", r"double \(\*tanh\)\(double x\)", "double (*tanh)(float x)"),
    ("a callback gets a parameter", "dks_plugin.h", r"\(\*sense\)\(void\* state,", "(*sense)(void* state, int again,"),
]
ADDITIONS = [
    ("a new function", "dks.h", r"(?=DKS_API uint32_t dks_version)", "DKS_API int32_t dks_new(void); "),
    ("a new constant", "dks.h", "DKS_TYPE_U8 = 6", "DKS_TYPE_U8 = 6, DKS_TYPE_U16 = 7"),
    ("a desc grows at its end", "dks.h", r"uint64_t slow_ns;", "uint64_t slow_ns; uint64_t more, yet_more;"),
    ("an info grows at its end", "dks.h", r"uint64_t memory_peak;", "uint64_t memory_peak; const char* more;"),
    ("a batch grows at its end", "dks_plugin.h", r"uint32_t worker; ", "uint32_t worker; void* more; "),
    ("the host table grows at its end", "dks_plugin.h", r"(?s)(struct dks_host_api \{.*?)(?=\n\};)", r"\1 int (*f)(void);"),
]


def edited_headers(headers, work, name, old, new):
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(headers, work)
    text, count = re.subn(old, new, (headers / name).read_text(), count=1)
    assert count == 1, f"{headers / name} has no {old!r}"
    (work / name).write_text(text)
    return work


def self_test(room, work):
    """Each break must be found and each addition pass, compared with the baseline that they were made from."""
    wrong = 0
    for case in [*BREAKS, *ADDITIONS]:
        what, *edit = case
        dump = dump_headers(edited_headers(room / "include", work / "headers", *edit), work / "face")
        found, _ = differences(room / DUMP, dump, work)
        if bool(found) != (case in BREAKS):
            print(f"self-test: {what}: {found or 'not found'}")
            wrong += 1
    print(f"abi: of {len(BREAKS)} breaks made on purpose and {len(ADDITIONS)} additions {wrong} judged wrongly")
    return wrong == 0


def compare(baselines, library, work):
    held = True
    for baseline in baselines:
        dump = dump_headers(HEADERS, work / "face")
        count = count_functions(dump)
        found, grown = differences(baseline, dump, work)
        missing = missing_exports(baseline, library)
        if missing:
            found += f"{library} does not export {', '.join(missing)}\n"
        name = baseline.parent.name
        print(
            f"abi: {count} functions, {count_functions(ElementTree.parse(baseline))} in {name};",
            f"structs that have grown since: {', '.join(grown) or 'none'}",
        )
        if found:
            print(f"{found}\nThe ABI is not that of {name}. {WHAT_TO_DO}")
            held = False
    return held


def make_baseline(version, work):
    room = BASELINES / version
    (room / "include").mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        shutil.copy(HEADERS / name, room / "include" / name)
    dump_headers(HEADERS, work / "face").write(room / DUMP)
    with open(room / DUMP, "a", encoding="utf-8") as file:
        file.write("\n")
    print(f"{room.relative_to(ROOT)}: {(room / DUMP).stat().st_size} bytes of {DUMP}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", type=Path)
    parser.add_argument("--new", metavar="VERSION")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if arguments.new:
            return make_baseline(arguments.new, work)
        baselines = sorted(BASELINES.glob(f"*/{DUMP}"))
        if not baselines:
            sys.exit("abi.py: no baseline in tests/abi")
        tested = self_test(baselines[0].parent, work)
        if not compare(baselines, arguments.library, work) or not tested:
            sys.exit(1)
    return None


if __name__ == "__main__":
    main()
