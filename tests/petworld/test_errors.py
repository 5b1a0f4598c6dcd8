"""What petworld says when a flag, a file or a line is wrong: the thing, the value, what was expected.

SPDX-License-Identifier: MIT
dks-test: timeout=300
"""

from petworld_case import MEADOW, WEEK, YARD, PetworldCase, json, main, os

GOOD = '{"step": 1, "from": "ana", "to": "Momo", "kind": "feed"}\n'


class Flags(PetworldCase):
    def test_numbers(self):
        for flag, value, expected in (
            ("--steps", "-1", "is not a whole number from 0 to"),
            ("--steps", "abc", "is not a whole number from 0 to"),
            ("--steps", "1.5", "is not a whole number from 0 to"),
            ("--steps", "9" * 1000, "is not a whole number from 0 to"),
            ("--steps", "", "is not a whole number from 0 to"),
            ("--workers", "0", "is not a whole number from 1 to 1024"),
            ("--workers", "1025", "is not a whole number from 1 to 1024"),
            ("--seed", "0", "is not a whole number from 1 to 9007199254740992"),
            ("--hz", "0", "is not a number of steps a second from 0.01 to 1000000"),
            ("--hz", "nan", "is not a number of steps a second"),
            ("--hz", "-3", "is not a number of steps a second"),
        ):
            with self.subTest(f"{flag} {value[:10]}"):
                self.assert_refused(["run", MEADOW, flag, value], f'run: {flag}: "{value[:20]}', expected)

    def test_names_that_are_nearly_right(self):
        self.assert_refused(["run", MEADOW, "--mind", "refrence"], '--mind: no mind "refrence"; did you mean "reference"?')
        self.assert_refused(["run", MEADOW, "--stepz", "3"], 'run: no flag "--stepz"; did you mean "--steps"?')
        self.assert_refused(["rnu", MEADOW], 'no command "rnu"; did you mean "run"?')

    def test_missing_and_superfluous(self):
        self.assert_refused([], "expected a command: run, validate, new, picture")
        self.assert_refused(["run"], "run: expected WORLD.json")
        self.assert_refused(["run", MEADOW, "--steps"], "run: --steps: expected a value after it")
        self.assert_refused(["run", MEADOW, "other.json"], 'run: did not expect "other.json"')
        self.assert_refused(["run", MEADOW, "--watch", "--json"], "--watch and --json cannot be used together")

    def test_flags_in_the_wrong_place_or_with_a_value(self):
        self.assert_refused(["--quiet", "run", MEADOW],
                            '"--quiet" belongs behind its command: petworld run --quiet')
        self.assert_refused(["run", MEADOW, "--watch=3"], "run: --watch: expected no value")

    def test_a_value_that_a_script_left_empty(self):
        for flag in ("--input", "--collect", "--mind"):
            self.assert_refused(["run", MEADOW, flag, ""], f'run: {flag}: "" is empty, expected a value')

    def test_help_and_version(self):
        for arguments in (["--help"], ["run", "--help"], ["validate", "--help"], ["help"], ["help", "run"]):
            done = self.petworld(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(b"petworld", done.stdout)
        self.assertRegex(self.petworld("--version").stdout.decode(), r"^petworld, dks \d+\.\d+\.\d+\n$")


class Files(PetworldCase):
    def test_that_cannot_be_read(self):
        self.assert_refused(["run", self.path("none.json")], f'cannot read "{self.path("none.json")}": No such file')
        self.assert_refused(["run", self.folder], "it is a folder, expected a file")
        self.assert_refused(["run", MEADOW, "--input", "none.jsonl"], 'cannot read "none.jsonl": No such file')
        if os.getuid() != 0:
            os.chmod(self.write("secret.json", "{}"), 0)
            self.assert_refused(["run", self.path("secret.json")], "Permission denied")

    def test_of_the_wrong_kind(self):
        dog = "examples/worlds/species/dog.json"
        for arguments in (["run", dog], ["picture", dog, self.path("x.svg")], ["validate", WEEK, "--world", dog]):
            self.assert_refused(arguments, f'"{dog}" is a species, expected a world')
        for arguments in (["run", WEEK], ["validate", dog, "--world", WEEK]):
            self.assert_refused(arguments, f'"{WEEK}" looks like a day file (--input), expected a world')
        self.assert_refused(["run", self.write("day", GOOD)], "looks like a day file")
        self.assertIn(b"ok, a day file", self.petworld("validate", self.write("day", GOOD + GOOD), "--world", MEADOW).stdout)

    def test_a_mind_file_that_is_not_there(self):
        world = self.write("w.json", '{"types": {"lamp": {"mind": "minds/lamp.json"}}}')
        self.assert_refused(["run", world], f'{world}: /types/lamp/mind: cannot read "{self.path("minds/lamp.json")}"')

    def test_a_species_file_that_is_not_there(self):
        world = self.write("w.json", '{"species": ["species/cow.json"]}')
        self.assert_refused(["run", world], f'{world}: /species/0: cannot read "{self.path("species/cow.json")}"')

    def test_worlds_that_make_no_sense(self):
        for content, said in (
            ('{"seed": "x"}', "/seed: "),
            ('{"grid": {"width": 0}}', "/grid/width: 0 is not in [1, 65535]"),
            ('{"seed": 1, "seed": 2}', 'the key "seed" stands twice'),
            ('{"seed": ', "the document ends here"),
            ("", "the document is empty"),
            ("[" * 100_000, "deep"),
            ('{"seed": ' + "9" * 1_000_000 + "}", ""),
            (b'{"name": "\xff"}', "is not valid UTF-8"),
        ):
            with self.subTest(str(content[:30])):
                world = self.write("w.json", content)
                error = self.assert_refused(["run", world, "--json"], world, said)
                self.assertLess(len(error), 2000)


    def test_keys_and_names_that_are_nearly_right(self):
        self.assertEqual(self.petworld("new", self.path("garden.json")).returncode, 0)
        for change, said in (
            ({"sead": 1}, '"sead" is not a known key; did you mean "seed"?'),
            ({"mind": "refrence"}, '/mind: "refrence" is not a known mind; did you mean "reference"?'),
            ({"pets": [{"species": "kat"}]}, '/pets/0/species: "kat" is not a known species; did you mean "cat"?'),
            ({"pets": [{"name": "A"}, {"name": "A"}]}, '/pets/1: '),
        ):
            with self.subTest(change):
                with open(self.path("garden.json"), encoding="utf-8") as file:
                    world = self.write("w.json", json.dumps({**json.load(file), **change}))
                self.assert_refused(["run", world], world, said)
                self.assert_refused(["validate", world], world, said)


class DayFiles(PetworldCase):
    def day(self, *lines):
        return self.write("day.jsonl", b"".join(line if isinstance(line, bytes) else line.encode() for line in lines))

    def refused(self, *lines):
        return self.assert_refused(["run", MEADOW, "--input", self.day(*lines), "--steps", "3"], "nothing was run")

    def test_each_bad_line_is_named_with_file_and_line(self):
        name = self.path("day.jsonl")
        for line, said in (
            ('{"step": 1, "to": "Mmo", "kind": "feed"}\n', '/to: "Mmo" is not a known pet; did you mean "Momo"?'),
            ('{"step": 1, "to": "Momo", "kind": "fed"}\n', '/kind: "fed" is not a known kind of message; did you mean "feed"?'),
            ('{"step": 1, "to": "Momo", "kind": "feed", "txt": 1}\n', '"txt" is not a known key; did you mean "text"?'),
            ('{"step": -1, "to": "Momo", "kind": "feed"}\n', "/step: -1 is not in [0, "),
            ('{"step": 1, "kind": "sense", "field": "co3", "value": 1}\n', '"co3" is not a known environment field; did you mean "co2"?'),
            ('{"step": 1, "kind": "sense", "field": "co2", "value": 1e9}\n', "/value: "),
            ("[1]\n", "expected an object"),
        ):
            with self.subTest(line):
                error = self.refused(GOOD, "\n", line, GOOD)
                self.assertIn(f"{name}:3: ", error)
                self.assertIn(said, error)
                self.assertEqual(error.count(name), 2)  # once for the line, once at the end

    def test_a_number_that_no_pet_has(self):
        error = self.refused(GOOD, GOOD.replace("Momo", "#999"), GOOD.replace("Momo", "#0"), GOOD.replace("Momo", "#12"))
        self.assertIn(f'{self.path("day.jsonl")}:2: /to: no pet has the number "#999"\n', error)
        self.assertIn(':3: /to: no pet has the number "#0"\n', error)
        self.assertIn("2 bad lines of 4", error)

    def test_broken_json_is_named_with_its_column(self):
        name = self.path("day.jsonl")
        self.assertIn(f"{name}:2:10: ", self.refused(GOOD, '{"step": '))
        self.assertIn(f"{name}:1:", self.refused(b'{"step": 1, "to": "Momo", "kind": "talk", "text": "\xff"}\n', GOOD))
        said = self.refused('{"step": 1, "step": 2, "to": "Momo", "kind": "feed"}\n')
        self.assertIn(f'{name}:1: the key "step" stands twice\n', said)

    def test_all_bad_lines_are_told_up_to_a_limit(self):
        error = self.refused(*['{"step": 1}\n'] * 30, GOOD)
        self.assertEqual(error.count("day.jsonl:"), 20)
        self.assertIn("and 10 more", error)
        self.assertIn("30 bad lines of 31", error)

    def test_lines_without_measure(self):
        for line in ("x" * 1_000_000, '{"step": ' + "1" * 1_000_000 + "}", "[" * 100_000,
                     json.dumps({"step": 1, "to": "Momo", "kind": "talk", "text": "a" * 1_000_000})):
            with self.subTest(line[:20]):
                error = self.refused(GOOD, line + "\n")
                self.assertIn("day.jsonl:2:", error)
                self.assertLess(len(error), 2000)

    def test_skip_bad_leaves_them_out_and_counts_them(self):
        day = self.day(GOOD, '{"step": 1, "to": "Mmo", "kind": "feed"}\n', b"\xff\n", GOOD)
        done = self.petworld("run", MEADOW, "--input", day, "--steps", "3", "--skip-bad", "--json")
        self.assertEqual(done.returncode, 0)
        inputs = json.loads(done.stdout)["inputs"]
        self.assertEqual((inputs["accepted"], inputs["skipped"]), (2, 2))
        error = done.stderr.decode()
        self.assertIn(f'{day}:2: /to: "Mmo" is not a known pet', error)
        self.assertIn("left out 2 bad lines of 4", error)

    def test_a_last_step_in_the_far_future_needs_steps(self):
        day = self.day('{"step": 9007199254740992, "to": "Momo", "kind": "feed"}\n')
        self.assert_refused(["run", MEADOW, "--input", day], "is for step 9007199254740992", "--steps")

    def test_a_large_file_is_no_trouble(self):
        lines = "".join(f'{{"step": {i // 500}, "from": "ana", "to": "Momo", "kind": "pet"}}\n' for i in range(50_000))
        inputs = self.run_json(MEADOW, "--input", self.day(lines), "--steps", "20")["inputs"]
        self.assertEqual((inputs["accepted"], inputs["not_reached"]), (10_000, 40_000))

    def test_nothing_is_collected_when_a_line_is_bad(self):
        self.assert_refused(["run", MEADOW, "--input", self.day("{}\n"), "--collect", self.path("out")])
        self.assertFalse(os.path.exists(self.path("out")))


class Validate(PetworldCase):
    def ok(self, *arguments):
        done = self.petworld("validate", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.stderr.decode())
        return done.stdout.decode()

    def test_says_what_a_file_is(self):
        self.assertEqual(self.ok(MEADOW), f'{MEADOW}: ok, a world called "meadow", 20 x 20 cells, 60 pets (cat, dog, finch)\n')
        for species in ("cat", "dog", "finch"):
            self.assertIn(f'ok, a species called "{species}"', self.ok(f"examples/worlds/species/{species}.json"))
        self.assertIn('ok, a day file for "meadow"', self.ok(WEEK, "--world", MEADOW))

    def test_a_species_in_its_world(self):
        dry = self.write("dog.json", json.dumps({"name": "dog", "extends": "pet", "speed": 2}))
        self.assertIn('ok, a species called "dog": 3 needs, 8 actions', self.ok(dry, "--world", MEADOW))
        swims = {"name": "newt", "extends": "pet", "actions": {"bathe": {
            "expects": [], "does": [{"verb": "climb", "layer": "water"}]}}}
        newt = self.write("newt.json", json.dumps(swims))
        self.assert_refused(["validate", newt, "--world", MEADOW], f"{newt}:", '"water"')
        layers = {**YARD["layers"], "water": {}}
        self.assertIn('a species called "newt"', self.ok(newt, "--world", self.yard(layers=layers)))

    def test_a_world_of_types_with_its_minds(self):
        self.write("lamp.json", '{"model": {"A": [[[1, 0], [0, 1]]], "B": [[[[1, 0], [1, 0]], [[0, 1], [0, 1]]]]}}')
        world = self.write("w.json", '{"name": "home", "types": {"lamp": {"mind": "lamp.json"}}}')
        self.assertIn('ok, a world called "home", 20 x 20 cells, 0 agents (lamp)', self.ok(world))
        self.write("lamp.json", '{"model": {"A": [[[1, 0], [0, 0.5]]], "B": [[[[1]], [[0]]]]}}')
        self.assert_refused(["validate", world], "lamp.json:1: /model/")

    def test_a_day_file_needs_its_world(self):
        self.assert_refused(["validate", WEEK], "please add --world WORLD.json")

    def test_says_what_is_wrong(self):
        species = self.write("cow.json", '{"name": "cow", "extends": "pet", "speeed": 3}')
        self.assert_refused(["validate", species], species, '"speeed" is not a known key; did you mean "speed"?')
        day = self.write("d.jsonl", GOOD + '{"to": "Mmo", "kind": "feed"}\n')
        self.assert_refused(["validate", day, "--world", MEADOW], f"{day}:2: /to: ", "1 bad line of 2")


if __name__ == "__main__":
    main()
