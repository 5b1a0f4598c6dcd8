#!/usr/bin/env python3
"""Checks that the built-in pet does nothing in a world that an agent type of a plugin could not do.

What core/pet asks of a world, its grid and its environment, and what it tells Commands to do, must stand in the
table below with the function of dks_plugin.h that does the same. Building and explaining are no part of a step.

SPDX-License-Identifier: MIT
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# member of core -> what a plugin has for it: a function of the host table, a member of dks_batch ("batch: ...") or
# of dks_world_info ("info: ..."), or a sentence why it needs none ("none: ...")
WORLD = {
    "activation": "find_stage",
    "agent_type": "none: registration",
    "cell_of": "cell_of",
    "environment": "environment",
    "find": "cell_of",
    "find_layer": "find_layer",
    "for_each_message": "messages",
    "grid": "get_info",
    "intern": "symbol",
    "layer": "layer",
    "memory": "none: a plugin has memory of its own",
    "name": "none: only for explanations",
    "object_kinds": "find_object_kind",
    "objects_at": "objects_at",
    "prefetch_agent": "none: a hint",
    "prefetch_id": "none: a hint",
    "random": "random",
    "seed": "info: seed",
    "share_field": "share_field",
    "shared": "shared",
    "slots": "agents_near",
    "step_number": "batch: step",
    "symbols": "symbol",
    "table": "batch: columns",
    "workers": "info: worker_count",
}
GRID = {
    "cell_of": "cell_of",
    "distance": "distance",
    "first": "agents_near",
    "for_each_agent": "agents_near",
    "for_each_cell": "cells_near",
    "has_room": "has_room",
    "nearest": "agents_near",
    "nearest_cell": "cells_near",
    "next": "agents_near",
    "offset": "offset",
    "prefetch_cells": "none: a hint",
    "prefetch_slot": "none: a hint",
    "search_cells": "cells_near",
    "shape": "get_info",
}
ENVIRONMENT = {"danger": "environment", "find": "find_environment", "value": "environment"}
COMMANDS = {
    "add": "add",
    "change": "change",
    "emit": "emit",
    "make_noise": "make_noise",
    "move": "move",
    "remove": "remove",
    "spawn": "spawn",
    "take": "take",
    "tell": "tell",
}
USES = [
    (re.compile(r"\b(?:batch\.)?world_?(?:\(\))?\.(\w+)(?:<\w+>)?\("), "World", WORLD),
    (re.compile(r"\bgrid(?:\(\))?\.(\w+)\("), "MultiGrid", GRID),
    (re.compile(r"\benvironment\(\)\.(\w+)\("), "Environment", ENVIRONMENT),
    (re.compile(r"\b(?:commands->|commands\.)(\w+)\("), "Commands", COMMANDS),
]


def main():
    header = (ROOT / "capi/include/dks_plugin.h").read_text("utf-8")
    functions = set(re.findall(r"\(\*(\w+)\s*\)\s*\(", header))
    members = set(re.findall(r"\b(\w+)[;,]", header))
    wrong = []
    for _, owner, table in USES:
        for member, by in table.items():
            kind, _, name = by.rpartition(": ")
            if not (kind == "none" or (name in members if kind else name in functions)):
                wrong.append(f"{owner}::{member} is said to be {by}, which dks_plugin.h does not have")
    uses = 0
    for path in sorted((ROOT / "core/pet").glob("*")):
        text = re.sub(r"//[^\n]*", "", path.read_text("utf-8"))
        for pattern, owner, table in USES:
            for found in pattern.finditer(text):
                uses += 1
                if found[1] not in table:
                    line = text.count("\n", 0, found.start()) + 1
                    wrong.append(f"core/pet/{path.name}:{line}: {owner}::{found[1]}: no plugin could do that")
    for line in wrong:
        print(line)
    print(f"pet as plugin: {uses} uses, {len(wrong)} that a plugin could not make")
    return 1 if wrong or uses < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
