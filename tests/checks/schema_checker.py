"""A checker for what the schemas of examples/worlds use of JSON Schema, draft 2020-12.

SPDX-License-Identifier: MIT
"""

import re

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
