"""petworld run: what it prints for people and for scripts, and that both can be relied on.

SPDX-License-Identifier: MIT
dks-test: timeout=300
"""

import csv
import unittest

from petworld_case import MEADOW, WEEK, PetworldCase, json, main, os, re, signal, subprocess, time

import petworld_case


class Json(PetworldCase):
    def test_has_all_keys_that_scripts_count_on(self):
        got = self.run_json(MEADOW, "--steps", "48")
        for key in ("steps", "pets", "seed", "workers", "hash", "critical_share", "mean_valence", "inputs",
                    "steps_per_second", "world", "mind", "species", "days"):
            self.assertIn(key, got)
        self.assertEqual((got["steps"], got["pets"], got["seed"], got["workers"]), (48, 60, 7, 1))
        self.assertRegex(got["hash"], r"^[0-9a-f]{16}$")
        self.assertEqual((got["world"], got["mind"]), ("meadow", "reference"))
        self.assertEqual(set(got["species"]), {"cat", "dog", "finch"})
        self.assertEqual(len(got["days"]), 1)
        self.assertEqual(got["inputs"]["accepted"], 0)

    def test_is_one_object_and_nothing_else(self):
        done = self.petworld("run", MEADOW, "--steps", "3", "--json")
        self.assertIsInstance(json.loads(done.stdout), dict)
        self.assertEqual(done.stderr, b"")

    def test_shares_are_shares(self):
        got = self.run_json(MEADOW, "--steps", "96", "--input", WEEK)
        self.assertTrue(0 <= got["critical_share"] <= 1)
        self.assertTrue(-1 <= got["mean_valence"] <= 1)
        mean = sum(kind["critical_share"] for kind in got["species"].values()) / 3
        self.assertAlmostEqual(got["critical_share"], mean, places=4)  # twenty pets of each

    def test_a_run_repeats_and_workers_change_nothing(self):
        kept = ("hash", "critical_share", "mean_valence", "mean_mood", "days", "species")
        runs = [
            self.run_json(MEADOW, "--steps", "60", "--input", WEEK, "--workers", str(workers))
            for workers in (1, 1, 2, 3)
        ]
        for run in runs[1:]:
            self.assertEqual([run[key] for key in kept], [runs[0][key] for key in kept])

    def test_another_seed_and_another_mind_are_another_life(self):
        runs = [self.run_json(MEADOW, "--steps", "20", *more)
                for more in ((), ("--seed", "8"), ("--mind", "random"))]
        self.assertEqual(len({run["hash"] for run in runs}), 3)
        self.assertEqual((runs[1]["seed"], runs[2]["mind"]), (8, "random"))

    def test_the_day_file_decides_how_long_to_run(self):
        self.assertEqual(self.run_json(MEADOW, "--input", WEEK)["steps"], 336)
        day = self.write("day.jsonl", '{"step": 48, "from": "ana", "to": "Momo", "kind": "feed"}\n')
        self.assertEqual(self.run_json(MEADOW, "--input", day)["steps"], 96)

    def test_all_of_the_week_is_accepted(self):
        with open(WEEK, encoding="utf-8") as file:
            lines = sum(1 for line in file if line.strip())
        inputs = self.run_json(MEADOW, "--input", WEEK)["inputs"]
        self.assertEqual((inputs["accepted"], inputs["skipped"], inputs["not_reached"]), (lines, 0, 0))

    def test_messages_after_the_last_step_are_counted_apart(self):
        lines = [json.dumps({"step": step, "from": "ana", "to": "Momo", "kind": "pet"}) for step in (50, 3, 7)]
        day = self.write("day.jsonl", "\n\n".join(lines))  # unsorted, with empty lines, the last one without an end
        inputs = self.run_json(MEADOW, "--steps", "8", "--input", day)["inputs"]
        self.assertEqual((inputs["accepted"], inputs["not_reached"]), (2, 1))

    def test_care_changes_the_world(self):
        day = self.write("day.jsonl", '{"step": 2, "from": "ana", "to": "Momo", "kind": "feed"}\n')
        with_care = self.run_json(MEADOW, "--steps", "10", "--input", day)
        self.assertNotEqual(with_care["hash"], self.run_json(MEADOW, "--steps", "10")["hash"])

    def test_a_pet_is_cared_for_by_its_number_as_by_its_name(self):
        day = '{"step": 2, "from": "ana", "to": "%s", "kind": "talk", "text": "hello", "value": 0.5, "id": 4}\n'
        by_name, by_number = (
            self.run_json(MEADOW, "--steps", "6", "--input", self.write("day.jsonl", day % pet))
            for pet in ("Momo", "#1")
        )
        self.assertEqual(by_number["inputs"]["accepted"], 1)
        self.assertNotEqual(by_name["hash"], self.run_json(MEADOW, "--steps", "6")["hash"])
        self.assertEqual(by_number["hash"], by_name["hash"])

    def test_no_steps_are_fine(self):
        got = self.run_json(MEADOW, "--steps", "0")
        self.assertEqual((got["steps"], got["critical_share"], got["mean_valence"]), (0, 0, 0))


class Plain(PetworldCase):
    def test_tells_each_day_and_then_how_it_went(self):
        out = self.petworld("run", MEADOW, "--input", WEEK).stdout.decode()
        self.assertEqual(len(re.findall(r"^day +\d+ +mood", out, re.M)), 7)
        for heading in ("How the pets fared", "Closest to each other", "Mood, mean of all pets",
                        "What care did", "Inputs: ", "best off", "worst off", "steps/s"):
            self.assertIn(heading, out)
        self.assertNotIn("\x1b", out)
        self.assertLessEqual(max(len(line) for line in out.splitlines()), 80)

    def test_without_utf8_it_is_all_ascii(self):
        done = self.petworld("run", MEADOW, "--steps", "96", environment={"LC_ALL": "C"})
        self.assertTrue(done.stdout.isascii())
        self.assertIn(b"#", done.stdout)

    def test_quiet_prints_nothing(self):
        done = self.petworld("run", MEADOW, "--steps", "5", "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_watch_without_a_terminal_tells_what_happens(self):
        out = self.petworld("run", MEADOW, "--input", WEEK, "--steps", "20", "--watch").stdout.decode()
        self.assertRegex(out, r"day 1 \d\d:\d\d  ana fed Momo")
        self.assertRegex(out, r"(?m)^day 1 \d\d:\d\d  .* met .*$")
        self.assertNotIn("\x1b", out)

    def test_what_the_dead_lived_is_told_apart(self):
        mayfly = {"name": "mayfly", "extends": "pet", "dies_after": 6, "needs": {"energy": {"loss": 0.05}}}
        world = self.yard(species=[mayfly], pets=[{"name": "Dusty"}, {"count": 9}])
        run = [world, "--steps", "144", "--mind", "random"]
        out = self.petworld("run", *run).stdout.decode()
        self.assertRegex(out, r"(?m)^day   3   mood     -   critical       -  ")
        self.assertIn("0 of 10 pets alive", out)
        self.assertRegex(out, r"(?m)^  died       10: Dusty \(mayfly\), #2 \(mayfly\), ")
        self.assertRegex(out, r"(?m)^ +day 1 +day 1$")  # the curve ends with them
        events = self.petworld("run", *run, "--watch").stdout.decode()
        self.assertRegex(events, r"(?m)^day 1 \d\d:\d\d  Dusty died$")
        got = self.run_json(*run)
        self.assertEqual((got["pets"], got["died"]), (0, 10))
        self.assertGreater(got["days"][0]["critical_share"], 0.1)
        self.assertLess(got["days"][0]["mood"], 0.1)
        self.assertEqual(got["days"][2], {"day": 3, "mood": None, "valence": None, "critical_share": None})

    def test_many_acts_of_care_in_a_day_are_one_day_of_care(self):
        def fed(*steps):
            return "".join(f'{{"step": {step}, "from": "ana", "to": "{pet}", "kind": "feed"}}\n' for pet, step in steps)
        day = self.write("day.jsonl", fed(*[("Dusty", step) for step in range(8)], ("Rosa", 0), ("Rosa", 50)))
        out = self.petworld("run", self.yard(), "--input", day, "--steps", "96").stdout.decode()
        self.assertRegex(out, r"(?m)^  every day +1 .*\n  some days +1 .*\n  never +3 ")

    def test_standard_output_that_fails_ends_the_run(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [petworld_case.PETWORLD, "run", self.yard(), "--steps", "1000000", "--collect", self.path("out")],
                stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot write to standard output: No space left on device", done.stderr)
        self.assertTrue(os.path.exists(self.path("out/agents.csv")))

    def test_standard_output_that_is_full_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([petworld_case.PETWORLD, "run", MEADOW, "--steps", "2", "--json"],
                                  stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot write to standard output: No space left on device", done.stderr)


class Watch(PetworldCase):
    """Elsewhere than on a terminal --watch tells each event as a line."""

    def events(self, world, *arguments, **settings):
        return self.petworld("run", world, "--watch", *arguments, **settings).stdout.decode()

    def test_what_pets_call_to_each_other_is_no_care(self):
        caller = {"name": "caller", "extends": "pet", "sight": 8, "care": {"call": {"needs": {"social": 0.1}}}}
        world = self.yard(species=[caller], pets=[{"name": "Dusty"}, {"count": 9}])
        day = self.write("day.jsonl", '{"step": 3, "from": "ana", "to": "Dusty", "kind": "call"}\n')
        out = self.events(world, "--steps", "48", "--mind", "random", "--input", day)
        self.assertIn("called out", out)
        self.assertEqual(re.findall(r".*: call .*|.* called \w+ \(.*", out), [])
        self.assertEqual(re.findall(r"ana called Dusty", out), ["ana called Dusty"])

    def test_every_event_of_the_schedule_is_told(self):
        events = {"storm": {"fill": [{"layer": "food", "value": 1}]}, "gale": {"steps": 4, "drive": {"weather": "storm"}}}
        calm = {"weather": {"turns_per_day": 0}}
        for event, told in (("storm", ["storm begins"]), ("gale", ["gale begins", "a storm begins"])):
            world = self.yard(events=events, schedule=[{"event": event, "start": 2}], environment=calm)
            self.assertEqual(re.findall(r"day 1 \d\d:\d\d  (.* begins)", self.events(world, "--steps", "4"))[1:], told)
        drives = {"storm": {"steps": 4, "drive": {"weather": "storm"}}}
        world = self.yard(events=drives, schedule=[{"event": "storm", "start": 2}], environment=calm)
        self.assertEqual(re.findall(r"  (.*storm.*)", self.events(world, "--steps", "4")), ["a storm begins"])

    def test_a_paused_world_goes_on_when_nobody_can_say_resume(self):
        out = self.events(self.yard(), "--steps", "5", "--hz", "500", stdin="pause\n", timeout=20)
        self.assertIn("paused", out)
        self.assertIn("going on, 500 steps a second", out)
        self.assertIn("(5 steps)", out)


class Collect(PetworldCase):
    def rows(self, name):
        with open(self.path(name), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_writes_every_table_and_the_pets(self):
        got = self.run_json(MEADOW, "--steps", "50", "--collect", self.path("out/deep"))
        model, pets, agents = (self.rows(f"out/deep/{name}.csv") for name in ("model", "pets", "agents"))
        self.assertEqual((len(model), len(pets), len(agents)), (50, 50 * 60, 60))
        self.assertEqual(agents[0], {"id": "1", "name": "Momo", "type": "cat"})
        self.assertEqual({row["type"] for row in agents}, {"cat", "dog", "finch"})
        self.assertEqual([float(row["step"]) for row in model], sorted(float(row["step"]) for row in model))
        mean = sum(float(row["valence"]) for row in model) / len(model)
        self.assertAlmostEqual(mean, got["mean_valence"], places=5)
        self.assertEqual(got["collected"][self.path("out/deep/pets.csv")], 3000)
        self.assertIsNone(got["collect_error"])

    def test_each_number_of_an_action_has_a_name(self):
        self.run_json(MEADOW, "--steps", "60", "--collect", self.path("out"))
        kinds = {row["id"]: row["type"] for row in self.rows("out/agents.csv")}
        actions = {(row["type"], row["number"]): row["name"] for row in self.rows("out/actions.csv")}
        self.assertEqual([name for (kind, _), name in actions.items() if kind == "dog"],
                         ["eat", "sleep", "play", "approach", "groom", "explore", "call", "rest", "fetch", "none"])
        done = {actions[kinds[str(int(float(row["id"])))], str(int(float(row["action"])))]
                for row in self.rows("out/pets.csv")}
        self.assertLessEqual({"eat", "sleep", "play"}, done)

    def test_names_stay_when_their_pets_are_gone(self):
        mayfly = {"name": "mayfly", "extends": "pet", "dies_after": 6, "needs": {"energy": {"loss": 0.05}}}
        world = self.yard(species=[mayfly], pets=[{"name": 'Dusty "2", a'}, {"name": "Rosa"}, {"count": 8}])
        got = self.run_json(world, "--steps", "96", "--mind", "random", "--collect", self.path("out"))
        self.assertEqual(got["pets"], 0)
        agents = self.rows("out/agents.csv")
        self.assertEqual([agent["name"] for agent in agents], ['Dusty "2", a', "Rosa"] + [""] * 8)
        self.assertEqual(got["collected"][self.path("out/agents.csv")], 10)

    def test_tables_of_any_width(self):
        reporters = [{"table": "wide", "column": "x" * 120 + str(i), "field": "mood", "aggregate": "mean"}
                     for i in range(1000)]
        self.run_json(self.yard(collect=reporters), "--steps", "3", "--collect", self.path("out"))
        self.assertEqual(len(self.rows("out/wide.csv")), 3)

    def test_a_folder_is_for_one_world(self):
        out = self.path("out")
        self.run_json(MEADOW, "--steps", "3", "--collect", out)
        self.assert_refused(["run", self.yard(), "--collect", out], f'the folder "{out}" has a "', "for this world alone")
        self.assertEqual(len(self.rows("out/agents.csv")), 60)
        self.run_json(MEADOW, "--steps", "2", "--collect", out)
        self.assertEqual(len(self.rows("out/model.csv")), 2)

    def test_a_world_that_collects_nothing(self):
        out = self.petworld("run", self.yard(), "--steps", "2", "--collect", self.path("out")).stdout.decode()
        self.assertIn('no table: the world file has no "collect"', out)

    def test_the_summary_says_what_is_where(self):
        out = self.petworld("run", MEADOW, "--steps", "2", "--collect", self.path("o")).stdout.decode()
        self.assertIn("Collected", out)
        self.assertIn("120 rows", out)

    def test_a_folder_that_cannot_be_made_stops_everything(self):
        self.write("file", "")
        self.assert_refused(["run", MEADOW, "--collect", self.path("file")],
                            "--collect: cannot make the folder", "Not a directory")
        self.assert_refused(["run", MEADOW, "--collect", self.path("file/below")], "file/below", "Not a directory")

    def test_a_full_disk_costs_only_the_file_on_it(self):
        os.mkdir(self.path("out"))
        os.symlink("/dev/full", self.path("out/pets.csv"))
        done = self.petworld("run", MEADOW, "--steps", "60", "--collect", self.path("out"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("pets.csv\": No space left on device", done.stderr.decode())
        self.assertIn("How the pets fared", done.stdout.decode())
        self.assertEqual(len(self.rows("out/model.csv")), 60)


class Interrupt(PetworldCase):
    def test_ctrl_c_ends_after_the_step_with_everything_written(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process = subprocess.Popen(
                    [petworld_case.PETWORLD, "run", MEADOW, "--steps", "1000000", "--hz", "200", "--json",
                     "--collect", self.path("out")],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                )
                time.sleep(0.7)
                process.send_signal(number)
                out, error = process.communicate(timeout=30)
                got = json.loads(out)
                self.assertEqual((process.returncode, error), (0, b""))
                self.assertTrue(got["interrupted"])
                self.assertGreater(got["steps"], 0)
                with open(self.path("out/model.csv"), encoding="utf-8") as file:
                    self.assertEqual(len(file.readlines()), got["steps"] + 1)


if __name__ == "__main__":
    main()
