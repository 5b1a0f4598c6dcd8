#!/usr/bin/env python3
"""Runs clients with each plugin and each host: all of them print the same hash.

    same_hash.py [--run "PROGRAM;ARGUMENT..."] CLIENT...
--run: what runs the clients, an emulator. SPDX-License-Identifier: MIT
"""

import argparse
import itertools
import subprocess
import sys

VERSIONS = ("first", "today", "later")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", default="", type=lambda text: [word for word in text.split(";") if word])
    parser.add_argument("clients", nargs="+")
    arguments = parser.parse_args()
    hashes = {}
    for client, plugin, host in itertools.product(arguments.clients, VERSIONS, VERSIONS):
        done = subprocess.run([*arguments.run, client, plugin, host], capture_output=True, text=True)
        told = done.stdout.strip() if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()}"
        hashes.setdefault(told, []).append(f"{client} with plugin {plugin} and host {host}")
    for told, runs in hashes.items():
        print(f"{len(runs)} runs: {told}")
        if len(hashes) > 1:
            print("\n".join(runs))
    sys.exit(len(hashes) > 1 or "exit" in next(iter(hashes)))


if __name__ == "__main__":
    main()
