"""petworld --plugin: agents from a shared library, and what is said when it is the wrong one.

SPDX-License-Identifier: MIT
"""

import csv
import shutil

from petworld_case import PetworldCase, main, os

import petworld_case

FIREFLIES = "examples/worlds/fireflies.json"


class Plugins(PetworldCase):
    def setUp(self):
        super().setUp()
        build = os.path.dirname(os.path.dirname(petworld_case.PETWORLD))
        self.firefly = os.path.join(build, "lib", "dks_firefly.so")
        if not os.path.exists(self.firefly):
            self.skipTest("built without a loader")

    def flashes(self, *more):
        self.run_json(FIREFLIES, "--plugin", self.firefly, "--collect", self.folder, *more)
        with open(self.path("night.csv"), newline="", encoding="utf-8") as file:
            return [float(row["flashes"]) for row in csv.DictReader(file)]

    def test_fireflies_fall_into_step(self):
        flashes = self.flashes("--steps", "240")
        self.assertLess(max(flashes[:8]), 40)  # of sixty
        self.assertGreater(max(flashes[-20:]), 55)

    def test_workers_change_nothing(self):
        runs = [self.run_json(FIREFLIES, "--plugin", self.firefly, "--steps", "50", "--workers", str(workers))
                for workers in (1, 3)]
        self.assertEqual(runs[0]["hash"], runs[1]["hash"])

    def test_validate_and_picture_know_it_too(self):
        done = self.petworld("validate", FIREFLIES, "--plugin", self.firefly)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        done = self.petworld("picture", FIREFLIES, self.path("night.svg"), "--plugin", self.firefly)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(os.path.getsize(self.path("night.svg")) > 1000)

    def refused(self, *arguments):
        done = self.petworld("run", FIREFLIES, *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        return done.stderr.decode()

    def test_without_the_plugin_the_world_is_refused(self):
        self.assertIn('/types/firefly/plugin: no plugin is loaded that has an agent type "firefly"', self.refused())

    def test_a_wrong_file_is_named(self):
        said = self.refused("--plugin", self.path("missing.so"))
        self.assertIn("--plugin: ", said)
        self.assertIn("missing.so\": cannot be reached: No such file or directory", said)
        self.assertIn("cannot be loaded", self.refused("--plugin", self.write("text.so", "no library")))

    def test_a_file_that_everybody_may_write_to_is_refused(self):
        copy = self.path("firefly.so")
        shutil.copy(self.firefly, copy)
        os.chmod(copy, 0o666)
        self.assertIn("everybody may write to it", self.refused("--plugin", copy))


if __name__ == "__main__":
    main()
