"""petworld new and petworld picture: files that are right.

SPDX-License-Identifier: MIT
dks-test: timeout=120
"""

import xml.dom.minidom

from petworld_case import MEADOW, PetworldCase, Terminal, json, main, os


class New(PetworldCase):
    def test_all_defaults_make_a_world_that_lives(self):
        world = self.path("garden.json")
        done = self.petworld("new", world)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn(b"[20x20]", done.stdout)
        self.assertEqual(self.petworld("validate", world).returncode, 0)
        got = self.run_json(world, "--steps", "48")
        self.assertEqual((got["pets"], got["world"]), (30, "garden"))

    def test_answers_are_taken(self):
        world = self.path("w.json")
        answers = "My garden\n30x12\n2\n0\n1\n4\nZoe, Max\n99\n"
        self.assertEqual(self.petworld("new", world, stdin=answers).returncode, 0)
        got = self.run_json(world, "--steps", "1")
        self.assertEqual((got["world"], got["pets"], got["seed"]), ("My garden", 7, 99))
        self.assertEqual({name: kind["pets"] for name, kind in got["species"].items()}, {"cat": 2, "finch": 1, "pet": 4})
        with open(world, encoding="utf-8") as file:
            made = json.load(file)
        self.assertEqual(made["grid"], {"width": 30, "height": 12})
        self.assertEqual([pet["name"] for pet in made["pets"] if "name" in pet], ["Zoe", "Max"])

    def test_its_species_are_those_of_the_project(self):
        self.petworld("new", self.path("w.json"))
        with open(self.path("w.json"), encoding="utf-8") as file:
            species = json.load(file)["species"]
        for made, name in zip(species, ("cat", "dog", "finch"), strict=True):
            with open(f"examples/worlds/species/{name}.json", encoding="utf-8") as file:
                shipped = json.load(file)
            del shipped["$schema"]
            self.assertEqual(made, shipped)

    def made(self, answers):
        done = self.petworld("new", self.path("w.json"), stdin=answers)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        with open(self.path("w.json"), encoding="utf-8") as file:
            return json.load(file)["pets"]

    def test_every_name_is_given_round_the_species(self):
        pets = self.made("w\n20x20\n3\n1\n0\n0\nA, B, C, D\n1\n")
        self.assertEqual([(pet["species"], pet["name"]) for pet in pets],
                         [("cat", "A"), ("cat", "C"), ("cat", "D"), ("dog", "B")])

    def test_a_world_of_few_pets_has_few_names_by_default(self):
        self.assertEqual(self.made("w\n20x20\n1\n0\n0\n"), [{"species": "cat", "name": "Momo"}])

    def test_names_that_cannot_be_are_said_at_once(self):
        for names, said in (("A, B", "2 names for 1 pet"), ("#3", '"#3"'), ("*", '"*"'), ("a" * 300, "is longer than 256 bytes")):
            done = self.petworld("new", self.path("w.json"), stdin=f"w\n20x20\n1\n0\n0\n0\n{names}\n5\n")
            self.assertEqual(done.returncode, 2, names)
            self.assertIn("new: Names of some of them", done.stderr.decode())
            self.assertIn(said, done.stderr.decode())
            self.assertNotIn(b"Seed", done.stdout)
            self.assertFalse(os.path.exists(self.path("w.json")))

    def test_a_target_that_cannot_be_written_is_said_at_once(self):
        done = self.petworld("new", self.path("none/w.json"))
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        done = self.petworld("new", self.folder)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn("it is a folder, expected a file", done.stderr.decode())

    def test_ctrl_d_writes_nothing(self):
        terminal = Terminal("new", self.path("w.json"))
        self.addCleanup(terminal.close)
        terminal.wait_for("Name of the world")
        terminal.type("my world")
        terminal.wait_for("Size in cells")
        os.write(terminal.master, b"\x04")
        self.assertEqual(terminal.end(), 2)
        self.assertIn("new: nothing was written", terminal.plain())
        self.assertFalse(os.path.exists(self.path("w.json")))

    def test_a_wrong_answer_writes_nothing(self):
        for answers, said in (("w\nhuge\n", '"huge" is not a size'), ("w\n20x20\n-3\n", '"-3" is not a whole number')):
            done = self.petworld("new", self.path("w.json"), stdin=answers)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr.decode())
            self.assertFalse(os.path.exists(self.path("w.json")))

    def test_a_file_that_is_there_is_not_overwritten_without_a_yes(self):
        world = self.write("w.json", "precious")
        done = self.petworld("new", world)
        self.assertEqual(done.returncode, 2)
        self.assertIn("is there already", done.stderr.decode())
        with open(world, encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious")
        self.assertEqual(self.petworld("new", world, stdin="yes\n").returncode, 0)
        self.assertEqual(self.petworld("validate", world).returncode, 0)

    def test_a_folder_that_is_not_there(self):
        done = self.petworld("new", self.path("none/w.json"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("No such file or directory", done.stderr.decode())


class Picture(PetworldCase):
    def draw(self, *more):
        done = self.petworld("picture", MEADOW, self.path("m.svg"), *more)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        with open(self.path("m.svg"), encoding="utf-8") as file:
            return file.read()

    def test_is_an_xml_of_its_own_with_places_and_names(self):
        svg = self.draw()
        document = xml.dom.minidom.parseString(svg)
        self.assertEqual(document.documentElement.tagName, "svg")
        texts = [node.firstChild.data for node in document.getElementsByTagName("text")]
        for text in ("meadow", "Momo", "Suki", "Pip", "nest", "feeder", "playground", "tree", "cat (20)", "Mood"):
            self.assertIn(text, texts)
        for forbidden in ("<script", "href", "url(", "@import", "<image"):
            self.assertNotIn(forbidden, svg)

    def test_the_same_run_is_the_same_picture(self):
        first = self.draw("--steps", "20", "--seed", "3")
        self.assertEqual(first, self.draw("--steps", "20", "--seed", "3"))
        self.assertNotEqual(first, self.draw("--steps", "20", "--seed", "4"))

    def test_names_are_safe_in_xml(self):
        self.petworld("new", self.path("garden.json"))
        with open(self.path("garden.json"), encoding="utf-8") as file:
            garden = json.load(file)
        garden.update(name="a<b>&\"c'", pets=[{"name": "<script>"}])
        world = self.write("w.json", json.dumps(garden))
        self.assertEqual(self.petworld("picture", world, self.path("w.svg")).returncode, 0)
        document = xml.dom.minidom.parse(self.path("w.svg"))
        self.assertIn("<script>", [node.firstChild.data for node in document.getElementsByTagName("text")])

    def test_a_place_that_cannot_be_written(self):
        self.assert_refused(["picture", MEADOW, self.path("none/m.svg"), "--steps", "1"], "cannot write", "No such file")


if __name__ == "__main__":
    main()
