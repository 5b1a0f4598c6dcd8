#!/usr/bin/env python3
"""Checks that the schemas of examples/worlds and the loaders accept and refuse the same files.

    schemas.py [--library libdks.so] [--petworld PROGRAM] [--plugin FILE]

The world and species files of examples/worlds and the built-in species must pass the schemas; every broken
variant of schema_variants.py must be refused by them, and by the library and by `petworld validate` where they
are given. With a library every value of a world and a species is replaced by many others too, and both must say
the same of it. Where the module jsonschema is installed it judges too; without it only schema_checker.py does.

SPDX-License-Identifier: MIT
"""

import argparse
import ctypes
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from schema_checker import SmallChecker
from schema_variants import (
    BROKEN_PATCHES,
    BROKEN_SPECIES,
    BROKEN_WORLDS,
    REMOVE,
    RIGHT_PATCHES,
    RIGHT_SPECIES,
    RIGHT_WORLDS,
    changed,
)

ROOT = Path(__file__).resolve().parent.parent.parent
WORLDS = ROOT / "examples" / "worlds"

# ---- the sweep: every value of files that use every key, replaced by each of these -----------------------

PROBES = [None, True, "", "x", "x" * 2000, -1e10, -200, -1, 0, 0.5, 1.5, 3, 17, 65, 130.5, 70000, 2e6, 1e10, 1e17, [], {}, ["x"], [7], {"x": 1}]

# Files with every key that meadow.json and the built-in species leave out.
ALL_WORLD_KEYS = [
    ("mind", "reference"), ("grid.capacity", 70), ("environment.night", True), ("environment.storms", True),
    ("environment.noise_decay", 0.2), ("activation.shuffle", True), ("activation.waves", 0),
    ("layers.food.min", 0), ("layers.food.max", 1), ("layers.food.initial", 0), ("schedule.1.count", 5),
    ("schedule.1.priority", 2),
    ("pets.0.personality", {"openness": 0.5}), ("pets.0.needs", {"energy": 0.5}),
    ("collect.0.table", "own"), ("collect.0.column", "own"), ("collect.0.every", 2), ("collect.0.window", 100), ("collect.0.type", "cat"),
    ("types", {"lamp": {"fields": {"glow": {"type": "f64", "min": 0, "max": 1, "initial": 0.5}}, "mind": {"model": {"A": [[[1]]], "B": [[[[1]]]]}}}}),
]
ALL_SPECIES_KEYS = [
    ("$schema", "species.schema.json"), ("description", "A pet."), ("glyph", "p"), ("dies_after", 0),
    ("factors.place.initial", [0.25, 0.25, 0.25, 0.25]), ("factors.place.shared", False), ("modalities.energy.accuracy", 0.9),
    ("learning", {"habits": 0.5, "company": 1, "food": 1, "retention": 0.99}),
    ("needs.rest.vital", True), ("actions.eat.habit", 1), ("care.feed.kind", True),
    ("actions.eat.does.2.at", {"place": "feeder"}), ("actions.approach.does.0.verb", "wander"),
    ("personality_prior", {"mean": [0.5] * 5, "deviation": [0.1] * 5, "correlation": [[float(i == j) for j in range(5)] for i in range(5)]}),
]

# The loader's words for what a schema can know: kinds, ranges, counts, keys.
LOCAL = re.compile(r"is not in [(\[]|: expected |missing; |is not a known key|expected at (least|most) |is not a shift")
# Where the loader knows more than a schema: the size of the grid, the range of a layer or field, names that exist, models.
NOT_LOCAL = re.compile(r"/(x|y|width|height|value|max|initial|count|drive|thresholds|mean|deviation|correlation|levels|sense|to|at|when|shift|p|outcomes|index|model)\b|, expected \d+$|add up|/needs: |known (?!key)")
# What a schema refuses and a loader has no reason to.
HARMLESS = re.compile(r"(^|/)(\$schema|description)$")


def places(value, path=()):
    """The path of every value inside a document."""
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield path + (key,)
            yield from places(item, path + (key,))


def sweep(judges):
    """Says where the schema and the library differ on a value that one of them could judge alone."""
    meadow = json.loads((WORLDS / "meadow.json").read_text("utf-8"))
    for name in ("pets", "users", "collect"):
        del meadow[name][2:]  # the others are like those
    del meadow["objects"]["placed"][1:], meadow["layers"]["place"]["areas"][1:]
    documents = [("world", changed(meadow, ALL_WORLD_KEYS)), ("species", changed(builtin_species(), ALL_SPECIES_KEYS))]
    count = 0
    for kind, document in documents:
        if judges.small[kind].why(document) or judges.why_not_loaded(kind, document):
            yield f"the whole {kind}: {judges.small[kind].why(document) or judges.why_not_loaded(kind, document)}"
        for path in places(document):
            *outer, last = path
            if any(isinstance(key, int) and key > 3 for key in path):
                continue  # like those before it
            place = document
            for key in outer:
                place = place[key]
            kept = place[last]
            shown = "/".join(map(str, path))
            for probe in [*PROBES, REMOVE] if isinstance(place, dict) else PROBES:
                if probe is REMOVE:
                    items = list(place.items())
                    del place[last]
                else:
                    place[last] = probe
                schema = judges.small[kind].why(document)
                loader = judges.why_not_loaded(kind, document)
                if probe is REMOVE:
                    place.clear()
                    place.update(items)
                count += 1
                said = "taken away" if probe is REMOVE else json.dumps(probe)[:20]
                if schema and not loader and not HARMLESS.search(shown):
                    yield f"{kind} /{shown} {said}: the schema refuses it ({schema}), the library takes it"
                if loader and not schema and LOCAL.search(loader) and not NOT_LOCAL.search(loader):
                    yield f"{kind} /{shown} {said}: the library refuses it ({loader}), the schema takes it"
            place[last] = kept
    print(f"sweep: {count} files")


# ---- the judges -------------------------------------------------------------------------------------------


def moved(schema, old, new):
    """A schema with its references changed: old as the beginning of a $ref becomes new."""
    if isinstance(schema, list):
        return [moved(item, old, new) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: new + value[len(old):] if key == "$ref" and value.startswith(old) else moved(value, old, new)
        for key, value in schema.items()
        if key != "$id"
    }


def bundled(world, species):
    """The world's schema with the species' schema inside, so that nothing has to be fetched."""
    world = moved(world, "species.schema.json", "#/$defs/species")
    world["$defs"]["species"] = moved(species, "#/", "#/$defs/species/")
    # What a reference to the whole document meant: "#/$defs/species" + "#/$defs/..." -> "/$defs/...".
    return moved(world, "#/$defs/species#", "#/$defs/species")


class Judges:
    def __init__(self, library, petworld, plugin=None):
        schemas = {name: json.loads((WORLDS / f"{name}.schema.json").read_text("utf-8")) for name in ("world", "species")}
        for name, schema in schemas.items():
            if schema["$schema"] != "https://json-schema.org/draft/2020-12/schema":
                raise SystemExit(f"{name}.schema.json is not of draft 2020-12")
        whole = {"world": bundled(schemas["world"], schemas["species"]), "species": schemas["species"]}
        self.small = {name: SmallChecker(schema) for name, schema in whole.items()}
        self.full = {}
        try:
            import jsonschema

            for name, schema in whole.items():
                jsonschema.Draft202012Validator.check_schema(schema)
                self.full[name] = jsonschema.Draft202012Validator(schema)
        except (ImportError, AttributeError):  # absent, or from before draft 2020-12
            self.full = {}
        self.library = Library(library, plugin) if library else None
        self.petworld = [petworld, "validate", *(["--plugin", plugin] if plugin else [])] if petworld else None
        self.species_files = {
            str(path.relative_to(WORLDS)): path.read_text("utf-8") for path in sorted((WORLDS / "species").glob("*.json"))
        }

    def names(self):
        by_schema = "jsonschema and the small checker" if self.full else "the small checker alone (no jsonschema here)"
        loaders = [name for name, there in (("the library", self.library), ("petworld", self.petworld)) if there]
        return f"schemas by {by_schema}; loaders: {' and '.join(loaders) or 'none was given'}"

    def verdicts(self, kind, document):
        """(who, why it is refused or None) of everybody who can judge."""
        small = self.small[kind].why(document)
        yield "the schema", small
        if self.full:
            best = next(self.full[kind].iter_errors(document), None)
            yield "the schema (jsonschema)", best and f"/{'/'.join(map(str, best.absolute_path))}: {best.message}"
        world = document if kind == "world" else self.world_of(document)
        if self.library:
            yield "the library", self.why_not_loaded(kind, document)
        if self.petworld:
            yield "petworld validate", self.validate(world)

    def why_not_loaded(self, kind, document):
        world = document if kind == "world" else self.world_of(document)
        return self.library.why(json.dumps(world), self.species_files)

    def world_of(self, species):
        """A world that holds one species and what the built-in one binds to."""
        meadow = json.loads((WORLDS / "meadow.json").read_text("utf-8"))
        return {"layers": meadow["layers"], "objects": meadow["objects"], "species": [species]}

    def validate(self, world):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in self.species_files.items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
            path = Path(folder, "world.json")
            path.write_text(json.dumps(world), "utf-8")
            done = subprocess.run(
                [*self.petworld, path], capture_output=True, text=True, timeout=60, check=False
            )
        if done.returncode not in (0, 2):
            raise SystemExit(f"petworld validate ended with {done.returncode}: {done.stderr}")
        return done.stderr.strip() or "refused without a word" if done.returncode == 2 else None


class Library:
    """dks_model_create_world of a shared library."""

    class Document(ctypes.Structure):
        _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.c_char_p), ("size", ctypes.c_uint64)]

    def __init__(self, path, plugin=None):
        self.dks = ctypes.CDLL(str(Path(path).resolve()))
        self.dks.dks_last_error.restype = ctypes.c_char_p
        self.dks.dks_model_destroy.argtypes = [ctypes.c_void_p]
        if plugin:
            plugin = Path(plugin).resolve()
            self.dks.dks_plugins_allow(str(plugin.parent).encode())
            if self.dks.dks_plugins_load(str(plugin).encode(), None, None) != 0:
                raise SystemExit(self.dks.dks_last_error().decode())

    def why(self, world, species_files):
        documents = [("world.json", world), *species_files.items()]
        items = (self.Document * len(documents))()
        for item, (name, text) in zip(items, documents):
            data = text.encode()
            item.name, item.data, item.size = name.encode(), data, len(data)
        model = ctypes.c_void_p()
        status = self.dks.dks_model_create_world(None, items, len(documents), ctypes.byref(model))
        if status == 0:
            self.dks.dks_model_destroy(model)
            return None
        return self.dks.dks_last_error().decode() or "refused without a word"


# ---- what is judged ------------------------------------------------------------------------------------------


def builtin_species():
    source = (ROOT / "capi" / "src" / "builtin_species.cpp").read_text("utf-8")
    return json.loads(re.search(r'R"json\((.*?)\)json"', source, re.DOTALL)[1])


def cases():
    """(kind, what, document, is it right)"""
    meadow = json.loads((WORLDS / "meadow.json").read_text("utf-8"))
    builtin = builtin_species()
    patch = {"extends": "pet", "name": "cat"}
    for path in sorted(WORLDS.glob("*.json")):
        if not path.name.endswith(".schema.json"):
            yield "world", path.name, json.loads(path.read_text("utf-8")), True
    for path in sorted((WORLDS / "species").glob("*.json")):
        yield "species", f"species/{path.name}", json.loads(path.read_text("utf-8")), True
    for kind, what, document, right, broken in (
        ("world", "a world", meadow, RIGHT_WORLDS, BROKEN_WORLDS),
        ("species", "a species", builtin, RIGHT_SPECIES, BROKEN_SPECIES),
        ("species", "a changed species", patch, RIGHT_PATCHES, BROKEN_PATCHES),
    ):
        for name, changes in right.items():
            yield kind, f"{what}: {name}", changed(document, changes), True
        for name, changes in broken.items():
            yield kind, f"{what}: {name}", changed(document, changes), False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", help="the shared library that loads the same files")
    parser.add_argument("--petworld", help="the program whose `validate` reads the same files")
    parser.add_argument("--plugin", help="the sample plugin, of which a world has agents")
    parser.add_argument("--verbose", action="store_true", help="say why each file was refused")
    arguments = parser.parse_args()
    judges = Judges(arguments.library, arguments.petworld, arguments.plugin)
    failed = right_files = broken_files = 0
    for kind, what, document, right in cases():
        right_files += right
        broken_files += not right
        for who, why in judges.verdicts(kind, document):
            if arguments.verbose and why:
                print(f"{what}: {who}: {why}")
            if (why is None) != right:
                failed += 1
                print(f"{what}: {who} accepts it, but it is broken" if why is None else f"{what}: {who} refuses it: {why}")
    for difference in sweep(judges) if judges.library else ():
        failed += 1
        print(difference)
    print(f"schemas: {right_files} right and {broken_files} broken files; {judges.names()}; {failed} wrong verdicts")
    return 1 if failed or not right_files or not broken_files else 0


if __name__ == "__main__":
    sys.exit(main())
