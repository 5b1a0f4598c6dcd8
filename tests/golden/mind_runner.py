#!/usr/bin/env python3
"""Checks that mind_golden fails where it should: on what it does not know, cannot read, or finds wrong.

    mind_runner.py MIND_GOLDEN CASES

SPDX-License-Identifier: MIT
"""

import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

REMOVE = object()

# What is changed in one case (path, value), and what the program has to say about it.
BROKEN = {
    "an unknown algorithm": ([("algorithm", "bp")], '/algorithm: "bp" is not a known algorithm'),
    "an unknown engine": ([("engine", "rxinfer")], '/engine: "rxinfer" is not a known engine'),
    "another way of inference": ([("settings.inference_algo", "EXACT")], '"EXACT" is not a known algorithm'),
    "an unknown setting": ([("settings.use_magic", True)], '/settings: "use_magic" is not a known key'),
    "an unknown parameter": ([("settings.inference_params.damping", 0.5)], '"damping" is not a known key'),
    "an unknown part of the model": ([("model.F", [])], '/model: "F" is not a known key'),
    "a result that nobody compares": ([("steps.0.surprise", 1.5)], 'needs the step\'s "surprise"'),
    "counts that nobody compares": ([("steps.0.learned", {"pE": []})], 'needs the learned "pE"'),
    "an end that nobody compares": ([("final", {"E": []})], 'needs the final "E"'),
    "another way of choosing": ([("settings.sampling_mode", "joint")], 'needs sampling_mode "joint"'),
    "averages over policies": ([("settings.use_BMA", True)], "needs use_BMA true"),
    "one prior for all policies": ([("settings.policy_sep_prior", False)], "needs policy_sep_prior false"),
    "learning of something else": ([("settings.learn", ["E"])], '"E" is not a known tensor to learn'),
    "learning from nothing": ([("settings.learn", ["A"])], "A is learned from counts, expected pA"),
    "another schema": ([("schema", "dks-aif-golden/2")], '"dks-aif-golden/2" is not a known schema'),
    "policies in another order": ([("policies", [[[1]], [[0]], [[2]]])], "enumerated in another order"),
    "no steps": ([("steps", [])], "0 steps, expected at least 1"),
    "no model": ([("model", REMOVE)], "/model: missing"),
    "a column of A that does not sum to 1": ([("model.A.0.0.0", 0.5)], "sums to"),
    "an outcome beyond the modality": ([("steps.0.obs.0", 99)], "steps[0].obs[0] is 99, expected -1 to"),
    "an action beyond the factor": ([("steps.0.action.0", 99)], "steps[0].action[0] is 99, expected 0 to"),
    "too few outcomes": ([("steps.0.obs", [])], "steps[0].obs has 0, expected"),
    "beliefs that are not the engine's": ([("steps.0.qs.0.0", 0.123)], "qs "),
    "beliefs of another size": ([("steps.0.qs", [[1.0]])], "qs inf!"),
    "a missing free energy": ([("steps.0.vfe", REMOVE)], "vfe inf!"),
    "a result that is no number": ([("steps.0.vfe", "low")], "vfe inf!"),
    "a missing result": ([("steps.0.q_pi", REMOVE)], "q_pi inf!"),
}


def changed(case, changes):
    case = copy.deepcopy(case)
    for path, value in changes:
        *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        place = case
        for key in parents:
            place = place[key]
        if value is REMOVE:
            del place[last]
        else:
            place[last] = value
    return case


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def main():
    program, cases = sys.argv[1], Path(sys.argv[2])
    right = json.loads((cases / "s03_single_factor.json").read_text())
    problems = []

    def expect(what, is_so, seen):
        if not is_so:
            problems.append(f"{what}: {seen}")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.json").write_text(json.dumps(right))
        status, out, _ = run(program, folder)
        expect("a case in any folder", status == 0 and out.endswith("\n1 passed, 0 failed\n"), out)
        for precision in ("double", "float"):
            status, out, _ = run(program, folder, "--precision", precision)
            expect(precision, status == 0, out)
        for what, (changes, said) in BROKEN.items():
            (folder / "b.json").write_text(json.dumps(changed(right, changes)))
            status, out, _ = run(program, folder)
            last = out.splitlines()[-2]
            expect(what, status == 1 and said in last and last.endswith("FAILED"), out)
            expect(what, out.endswith("\n1 passed, 1 failed\n"), out)
        for what, text in {"a broken file": '{"schema": ', "an empty file": "", "a list": "[1, 2]"}.items():
            (folder / "b.json").write_text(text)
            status, out, _ = run(program, folder)
            expect(what, status == 1 and "b.json" in out and "1 passed, 1 failed" in out, out)
        empty = folder / "empty"
        empty.mkdir()
        status, _, err = run(program, empty)
        expect("an empty folder", status == 1 and "holds no *.json" in err, err)
        status, _, err = run(program, folder / "nowhere")
        expect("no folder", status == 1 and "nowhere: " in err, err)
        status, _, err = run(program, folder / "a.json")
        expect("a file in place of a folder", status == 1 and "a.json: " in err, err)
    for arguments in ([], [cases, "--precision", "half"], [cases, "--quick"], [cases, cases], [cases, "--precision"]):
        status, _, err = run(program, *arguments)
        expect(f"arguments {arguments}", status == 2 and err.startswith("usage: "), err)

    for problem in problems:
        print(problem)
    print(f"mind_runner: {len(BROKEN)} broken cases, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
