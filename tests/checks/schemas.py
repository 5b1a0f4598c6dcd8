#!/usr/bin/env python3
"""Checks that the schemas of examples/worlds and the loaders accept and refuse the same files.

    schemas.py [--library libdks.so] [--petworld PROGRAM]

The world and species files of examples/worlds and the built-in species must pass the schemas; every broken
variant below must be refused by them, and by the library and by `petworld validate` where they are given. With a
library every value of a world and a species is replaced by many others too, and both must say the same of it.
Where the module jsonschema is installed it judges too; without it only the small checker below does.

SPDX-License-Identifier: MIT
"""

import argparse
import copy
import ctypes
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORLDS = ROOT / "examples" / "worlds"

# ---- broken variants: (path, value) changes of a file that is right; REMOVE takes a member away -----------

REMOVE = object()
BIG = 2**53 + 1

BROKEN_WORLDS = {
    "an unknown key": [("sead", 7)],
    "a seed that is a text": [("seed", "7")],
    "a seed below 0": [("seed", -1)],
    "a seed beyond 2^53": [("seed", BIG)],
    "a seed that is no whole number": [("seed", 1.5)],
    "no room for agents": [("max_agents", 0)],
    "an empty name": [("name", "")],
    "a name of 257 bytes": [("name", "a" * 257)],
    "a name with a line end": [("name", "a\nb")],
    "a pet whose name commands a terminal": [("pets.0.name", "a\x1b[2J")],
    "a layer with a line end in its name": [("layers.a\nb", {})],
    "a layer without a name": [("layers", {"": {}})],
    "half a kind of weather": [("events.storm.drive.weather", 1.5)],
    "an unknown mind": [("mind", "genius")],
    "a grid that is a list": [("grid", [20, 20])],
    "an unknown key in the grid": [("grid.hight", 20)],
    "a grid without rows": [("grid.height", 0)],
    "a grid of 65536 columns": [("grid.width", 65536)],
    "a torus that is a number": [("grid.torus", 1)],
    "an unknown neighbourhood": [("grid.neighbourhood", "hexagonal")],
    "a capacity below 0": [("grid.capacity", -1)],
    "an unknown activation": [("activation.kind", "Random")],
    "waves below 0": [("activation.waves", -1)],
    "waves of simultaneous activation": [("activation", {"kind": "SimultaneousActivation", "waves": 2})],
    "staged activation without stages": [("activation", {"kind": "StagedActivation"})],
    "staged activation with no stage": [("activation", {"kind": "StagedActivation", "stages": []})],
    "stages of random activation": [("activation.stages", ["one"])],
    "a day without steps": [("environment.steps_per_day", 0)],
    "an hour of 25": [("environment.start_hour", 25)],
    "a night that is a text": [("environment.night", "dark")],
    "an unknown kind of weather": [("environment.weather.snow", 0.1)],
    "a share of weather below 0": [("environment.weather.clear", -0.5)],
    "a swing below 0": [("environment.temperature.swing", -6)],
    "danger beyond 1": [("environment.danger.night", 1.5)],
    "a field called light": [("environment.fields.light", {"value": 0})],
    "an unknown key of a field": [("environment.fields.co2.unit", "ppm")],
    "a layer that is a list": [("layers.place", ["wild"])],
    "a layer without categories in its list": [("layers.place.categories", [])],
    "categories that grow": [("layers.place.growth", 0.1)],
    "diffusion beyond 1": [("layers.scent.diffusion", 1.5)],
    "an unknown key of a layer": [("layers.scent.colour", "red")],
    "an area without a value": [("layers.place.areas.0.value", REMOVE)],
    "an area without y": [("layers.place.areas.0.y", REMOVE)],
    "an area of no width": [("layers.place.areas.0.width", 0)],
    "a category that is a number": [("layers.place.areas.0.value", 1)],
    "an area both by cells and by category": [("layers.food.areas.0.x", 1)],
    "an area by two layers": [("layers.food.areas.0.where", {"place": "feeder", "scent": "strong"})],
    "an object kind without affordances": [("objects.kinds.bed", {})],
    "an affordance of strength 0": [("objects.kinds.bed.affords.sleep", 0)],
    "an object without a cell": [("objects.placed.0.x", REMOVE)],
    "an object in a cell below 0": [("objects.placed.0.x", -1)],
    "an event of no steps": [("events.storm.steps", 0)],
    "weather that does not exist": [("events.storm.drive.weather", "blizzard")],
    "light beyond 1": [("events.storm.drive.light", 1.5)],
    "a fill without a layer": [("events.feast.fill.0.layer", REMOVE)],
    "a schedule that is an object": [("schedule", {"storm": 160})],
    "a schedule without an event": [("schedule.0.event", REMOVE)],
    "a start below 0": [("schedule.0.start", -1)],
    "an unknown key of the schedule": [("schedule.0.interval", 4)],
    "a prior without correlations": [("personality_prior.correlation", REMOVE)],
    "a prior of four means": [("personality_prior.mean", [0.5, 0.5, 0.5, 0.5])],
    "a mean beyond 1": [("personality_prior.mean.0", 1.2)],
    "no species": [("species", [])],
    "species that are one text": [("species", "pet")],
    "a species that is a number": [("species.0", 3)],
    "a species without a name": [("species.0", {"needs": {}})],
    "an unknown key of a pet": [("pets.0.nmae", "Momo")],
    "a pet that is a text": [("pets.0", "Momo")],
    "a pet with x alone": [("pets.0.y", REMOVE)],
    "a pet left of the grid": [("pets.0.x", -1)],
    "a pet called *": [("pets.0.name", "*")],
    "a pet called world": [("pets.0.name", "world")],
    "a pet with the name of a channel": [("pets.0.name", "#pets")],
    "two pets of one name": [("pets.0.count", 2)],
    "pets below 0": [("pets.3.count", -1)],
    "an unknown trait": [("pets.0.personality", {"kindness": 0.5})],
    "a trait beyond 1": [("pets.0.personality", {"openness": 1.4})],
    "a need below 0": [("pets.0.needs", {"energy": -0.1})],
    "a user without a name": [("users.0", "")],
    "a user twice": [("users.0", "ben")],
    "a user that is a number": [("users.0", 5)],
    "a reporter without a table": [("collect.0.table", REMOVE)],
    "a reporter without a field": [("collect.0.field", REMOVE)],
    "an unknown aggregate": [("collect.0.aggregate", "median")],
    "an interval of 0": [("collect.0.every", 0)],
    "a window of 0": [("collect.0.window", 0)],
    "null for a seed": [("seed", None)],
}

# Of the built-in species.
BROKEN_SPECIES = {
    "no name": [("name", REMOVE)],
    "no needs": [("needs", REMOVE)],
    "no factors": [("factors", REMOVE)],
    "no modalities": [("modalities", REMOVE)],
    "no actions": [("actions", {})],
    "an unknown key": [("legs", 4)],
    "a speed of 65": [("speed", 65)],
    "a sight that is no whole number": [("sight", 2.5)],
    "a reach below 0": [("reach", -1)],
    "a glyph of 17 bytes": [("glyph", "a" * 17)],
    "recovery beyond 1": [("recovers_at", 1.1)],
    "a half-life of 0": [("ties.half_life", 0)],
    "an unknown key of ties": [("ties.decay", 0.1)],
    "a need without levels": [("needs.energy.levels", REMOVE)],
    "a need of no border": [("needs.energy.levels", [])],
    "a border beyond 1": [("needs.energy.levels.3", 1.5)],
    "a loss that is a text": [("needs.energy.loss", "much")],
    "an unknown key of a need": [("needs.energy.gain", 0.1)],
    "a factor without levels": [("factors.place", {})],
    "a level without a name": [("factors.place.levels.0", "")],
    "a level twice": [("factors.place.levels", ["nest", "nest", "feeder", "playground"])],
    "a glyph that commands a terminal": [("glyph", "\x1b[2J")],
    "a climb with a place": [("actions.eat.does.1", {"verb": "climb", "layer": "food", "at": {"place": "feeder"}})],
    "an initial probability beyond 1": [("factors.context.initial", [1.9, 0.1])],
    "a rule without a factor": [("drift.0.factor", REMOVE)],
    "a rule that goes nowhere": [("drift.0.shift", REMOVE)],
    "a rule that shifts and goes": [("drift.0.to", {"fed": 0.1})],
    "a shift by a word": [("drift.0.shift", {"down": 0.1})],
    "a shift by 65": [("drift.0.shift", {"65": 0.1})],
    "a probability below 0": [("drift.0.shift", {"-1": -0.1})],
    "a condition that is a number": [("drift.3.when.company", 1)],
    "a modality called habit": [("modalities.habit", {"of": ["place"], "outcomes": {"a": 0}, "sense": {"layer": "place"}, "likelihood": [{"p": {"a": 1}}]})],
    "a modality without outcomes": [("modalities.place.outcomes", {})],
    "a modality that depends on nothing": [("modalities.place.of", [])],
    "a modality without a sense": [("modalities.place.sense", REMOVE)],
    "a preference that is a text": [("modalities.place.outcomes.nest", "good")],
    "an accuracy beyond 1": [("modalities.place.accuracy", 2)],
    "a sense of nothing": [("modalities.place.sense", {})],
    "a sense of two things": [("modalities.place.sense", {"layer": "place", "need": "energy"})],
    "an unknown sense": [("modalities.place.sense", {"smell": "place"})],
    "a field without thresholds": [("modalities.place.sense", {"field": "light"})],
    "a hazard without a layer": [("modalities.threat.sense.hazard.layer", REMOVE)],
    "company without strangers": [("modalities.company.sense.company.hostile", REMOVE)],
    "a likelihood without probabilities": [("modalities.company.likelihood.0.p", REMOVE)],
    "an unknown key of an action": [("actions.eat.do", [])],
    "a habit of 0": [("actions.eat.habit", 0)],
    "an unknown verb": [("actions.eat.does.0.verb", "fly")],
    "a way to nowhere": [("actions.eat.does.0.to", REMOVE)],
    "a spot of two places": [("actions.eat.does.0.to", {"place": "feeder", "affords": "food"})],
    "a wandering with an amount": [("actions.explore.does.1.amount", 1)],
    "a contact somewhere": [("actions.groom.does.0.at", {"place": "nest"})],
    "a call below 0": [("actions.call.does.0.amount", -0.1)],
    "eating more than all": [("actions.eat.does.2.amount", 1.5)],
    "care beyond 1": [("care.feed.needs.energy", 1.5)],
    "a kind that is a text": [("care.feed.kind", "yes")],
    "an unknown trait": [("personality.0.trait", "kindness")],
    "an unknown parameter": [("personality.0.of", "speed")],
    "a trait without a weight": [("personality.0.weight", REMOVE)],
    "a preference without an outcome": [("personality.0.outcome", REMOVE)],
    "a precision of an action": [("personality.4.action", "eat")],
    "a depth of 0": [("mind.depth", 0)],
    "a depth of 9": [("mind.depth", 9)],
    "a precision of 0": [("mind.gamma", 0)],
    "an unknown key of affect": [("affect.joy", 1)],
    "a mood rate beyond 1": [("affect.mood_rate", 1.5)],
    "null for a speed": [("speed", None)],
    "a base species that does not exist": [("extends", "dragon")],
}

# Of a species that extends "pet" and has nothing but a name.
BROKEN_PATCHES = {
    "an unknown base": [("extends", "cat")],
    "a base of null": [("extends", None)],
    "a name that is taken away": [("name", None)],
    "needs that are taken away": [("needs", None)],
    "an unknown key": [("wings", 2)],
    "an unknown key of a known need": [("needs", {"rest": {"lose": 0.1}})],
    "a known need without levels": [("needs", {"rest": {"levels": None}})],
    "a new need without levels": [("needs", {"thirst": {"loss": 0.1}})],
    "a new factor without levels": [("factors", {"thirst": {}})],
    "a new modality without a sense": [("modalities", {"light": {"of": ["place"], "outcomes": {"dark": 0}}})],
    "an outcome that is a text": [("modalities", {"energy": {"outcomes": {"full": "good"}}})],
    "an unknown key of an action": [("actions", {"eat": {"habits": 1}})],
    "a rule with null in it": [("drift", [{"factor": "energy", "shift": {"-1": None}}])],
    "care that is a list": [("care", ["feed"])],
}

# What has to be accepted, so that "refused" cannot come from refusing everything.
RIGHT_WORLDS = {
    "nothing but a layer for the pets": [
        (key, REMOVE) for key in ("$schema", "description", "name", "seed", "max_agents", "grid", "activation", "environment")
    ] + [(key, REMOVE) for key in ("objects", "events", "schedule", "personality_prior", "species", "pets", "users", "collect")],
    "waves": [("activation.waves", 8)],
    "simultaneous activation": [("activation", {"kind": "SimultaneousActivation"})],
    "staged activation": [("activation", {"kind": "StagedActivation", "stages": ["a", "b"], "shuffle_between_stages": True})],
    "activation by type": [("activation", {"kind": "RandomActivationByType", "shuffle_types": False})],
    "a whole number with a point": [("seed", 7.0)],
    "a species in the world": [("species.0", {"extends": "pet", "name": "cat"})],
    "weather as a number": [("events.storm.drive.weather", 3)],
    "a pet of its own": [("pets.0.personality", {"openness": 1}), ("pets.0.needs", {"energy": 0})],
    "no pets of a kind": [("pets.3.count", 0)],
    "a border of a world": [("grid.torus", False), ("grid.neighbourhood", "von_neumann"), ("grid.capacity", 4)],
    "an empty fill of all": [("events.feast.fill.0.where", {})],
}
RIGHT_SPECIES = {
    "as it is": [],
    "an empty glyph": [("glyph", "")],
    "another plus": [("drift.0.shift", {"+1": 0.1})],
    "a field that is sensed": [("modalities.place.sense", {"field": "light", "thresholds": [0.2, 0.4, 0.6]})],
    "a gift": [("actions.groom.does.0.verb", "give")],
    "no care": [("care", REMOVE)],
    "an action that does nothing": [("actions.rest", {})],
}
RIGHT_PATCHES = {
    "as it is": [],
    "slower": [("speed", 1), ("glyph", None), ("mind", None)],
    "other needs": [("needs", {"rest": {"loss": 0.1, "initial": None}})],
    "one action less": [("actions", {"call": None})],
    "one action more": [("actions", {"hide": {"does": [{"verb": "go", "to": {"place": "nest"}}]}})],
    "another liking": [("modalities", {"place": {"outcomes": {"wild": -1}}})],
    "no care": [("care", None), ("personality", None)],
    "care by stroking alone": [("care", {"feed": None, "pet": {"needs": {"social": 0.5, "energy": None}}})],
}


def changed(document, changes):
    document = copy.deepcopy(document)
    for path, value in changes:
        *outer, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        place = document
        for key in outer:
            place = place[key]
        if value is REMOVE:
            del place[last]
        else:
            place[last] = value
    return document


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
]
ALL_SPECIES_KEYS = [
    ("$schema", "species.schema.json"), ("description", "A pet."), ("glyph", "p"), ("dies_after", 0),
    ("factors.place.initial", [0.25, 0.25, 0.25, 0.25]), ("modalities.energy.accuracy", 0.9),
    ("needs.rest.vital", True), ("actions.eat.habit", 1), ("care.feed.kind", True),
    ("actions.eat.does.2.at", {"place": "feeder"}), ("actions.approach.does.0.verb", "wander"),
    ("personality_prior", {"mean": [0.5] * 5, "deviation": [0.1] * 5, "correlation": [[float(i == j) for j in range(5)] for i in range(5)]}),
]

# The loader's words for what a schema can know: kinds, ranges, counts, keys.
LOCAL = re.compile(r"is not in [(\[]|: expected |missing; |is not a known key|expected at (least|most) |is not a shift")
# Where the loader knows more than a schema: the size of the grid, the range of a layer or field, names that exist.
NOT_LOCAL = re.compile(r"/(x|y|width|height|value|max|initial|count|drive|thresholds|mean|deviation|correlation|levels|sense|to|at|when|shift|p|outcomes|index)\b|, expected \d+$|add up|/needs: |known (?!key)")
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


# ---- the small checker: what the two schemas use of draft 2020-12 ---------------------------------------

NOTES = {"$schema", "$id", "$defs", "title", "description", "default"}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
}


def same(a, b):
    return isinstance(a, bool) == isinstance(b, bool) and a == b


class SmallChecker:
    """Says why a value breaks a schema; None: it does not. An unknown keyword is a KeyError."""

    def __init__(self, root):
        self.root = root

    def why(self, value, schema=None):
        schema = self.root if schema is None else schema
        if isinstance(schema, bool):
            return None if schema else "nothing is allowed here"
        for keyword, expected in schema.items():
            if keyword in NOTES or keyword in ("then", "else"):
                continue
            reason = getattr(self, "_" + keyword.replace("$", ""), self.unknown(keyword))(value, expected, schema)
            if reason:
                return reason
        return None

    @staticmethod
    def unknown(keyword):
        def complain(*_):
            raise KeyError(f"the small checker does not know the keyword {keyword}")

        return complain

    def all_fit(self, pairs):
        for name, value, schema in pairs:
            reason = self.why(value, schema)
            if reason:
                return f"/{name}: {reason}" if not reason.startswith("/") else f"/{name}{reason}"
        return None

    def _ref(self, value, pointer, _):
        schema = self.root
        for key in pointer.removeprefix("#/").split("/"):
            schema = schema[key]
        return self.why(value, schema)

    def _type(self, value, expected, _):
        expected = [expected] if isinstance(expected, str) else expected
        return None if any(TYPES[name](value) for name in expected) else f"{value!r} is not {' or '.join(expected)}"

    def _enum(self, value, expected, _):
        return None if any(same(value, item) for item in expected) else f"{value!r} is not one of {expected}"

    def _minimum(self, value, expected, _):
        return f"{value} < {expected}" if is_number(value) and value < expected else None

    def _maximum(self, value, expected, _):
        return f"{value} > {expected}" if is_number(value) and value > expected else None

    def _exclusiveMinimum(self, value, expected, _):
        return f"{value} <= {expected}" if is_number(value) and value <= expected else None

    def _minLength(self, value, expected, _):
        return "too short" if isinstance(value, str) and len(value) < expected else None

    def _maxLength(self, value, expected, _):
        return "too long" if isinstance(value, str) and len(value) > expected else None

    def _pattern(self, value, expected, _):
        return f"{value!r} is not {expected}" if isinstance(value, str) and not re.search(expected, value) else None

    def _minItems(self, value, expected, _):
        return "too few items" if isinstance(value, list) and len(value) < expected else None

    def _maxItems(self, value, expected, _):
        return "too many items" if isinstance(value, list) and len(value) > expected else None

    def _uniqueItems(self, value, expected, _):
        twice = isinstance(value, list) and any(same(a, b) for i, a in enumerate(value) for b in value[:i])
        return "an item stands twice" if expected and twice else None

    def _items(self, value, expected, _):
        return self.all_fit((i, item, expected) for i, item in enumerate(value)) if isinstance(value, list) else None

    def _minProperties(self, value, expected, _):
        return "too few members" if isinstance(value, dict) and len(value) < expected else None

    def _maxProperties(self, value, expected, _):
        return "too many members" if isinstance(value, dict) and len(value) > expected else None

    def _required(self, value, expected, _):
        absent = [name for name in expected if name not in value] if isinstance(value, dict) else []
        return f"without {absent[0]!r}" if absent else None

    def _properties(self, value, expected, _):
        if not isinstance(value, dict):
            return None
        return self.all_fit((name, value[name], schema) for name, schema in expected.items() if name in value)

    def _additionalProperties(self, value, expected, schema):
        if not isinstance(value, dict):
            return None
        known = schema.get("properties", {})
        return self.all_fit((name, item, expected) for name, item in value.items() if name not in known)

    def _propertyNames(self, value, expected, _):
        return self.all_fit((name, name, expected) for name in value) if isinstance(value, dict) else None

    def _dependentRequired(self, value, expected, _):
        for name, needed in expected.items():
            if isinstance(value, dict) and name in value and not set(needed) <= set(value):
                return f"{name!r} without {needed}"
        return None

    def _dependentSchemas(self, value, expected, _):
        for name, schema in expected.items():
            if isinstance(value, dict) and name in value and self.why(value, schema):
                return self.why(value, schema)
        return None

    def _anyOf(self, value, expected, _):
        reasons = [self.why(value, schema) for schema in expected]
        return None if None in reasons else "; or ".join(reasons)

    def _oneOf(self, value, expected, _):
        reasons = [self.why(value, schema) for schema in expected]
        return None if reasons.count(None) == 1 else f"fits {reasons.count(None)} of {len(reasons)} forms"

    def _not(self, value, expected, _):
        return f"{value!r} is excluded" if self.why(value, expected) is None else None

    def _if(self, value, expected, schema):
        branch = "then" if self.why(value, expected) is None else "else"
        return self.why(value, schema[branch]) if branch in schema else None


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
    def __init__(self, library, petworld):
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
        self.library = Library(library) if library else None
        self.petworld = petworld
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
                [self.petworld, "validate", path], capture_output=True, text=True, timeout=60, check=False
            )
        if done.returncode not in (0, 2):
            raise SystemExit(f"petworld validate ended with {done.returncode}: {done.stderr}")
        return done.stderr.strip() or "refused without a word" if done.returncode == 2 else None


class Library:
    """dks_model_create_world of a shared library."""

    class Document(ctypes.Structure):
        _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.c_char_p), ("size", ctypes.c_uint64)]

    def __init__(self, path):
        self.dks = ctypes.CDLL(str(Path(path).resolve()))
        self.dks.dks_last_error.restype = ctypes.c_char_p
        self.dks.dks_model_destroy.argtypes = [ctypes.c_void_p]

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
    parser.add_argument("--verbose", action="store_true", help="say why each file was refused")
    arguments = parser.parse_args()
    judges = Judges(arguments.library, arguments.petworld)
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
