// Twenty pets, a hundred steps: prints the hash of the world and the mean mood. SPDX-License-Identifier: MIT
const dks = require("dks_smoke.node");

const desc = new dks.ModelDesc();
desc.seed = 2n ** 53n + 1n; // no double
const model = dks.Model.create(desc);
const pets = Array.from({ length: 20 }, (_, i) => model.spawn(`pet ${i}`));
if (model.find("pet 7") !== pets[7]) throw new Error("pet 7 has another id");
model.step(100);
const mood = model.column("pet", "mood");
const mean = mood.reduce((sum, value) => sum + value, 0) / mood.length;
console.log(model.hash().toString(16).padStart(16, "0"), mean.toFixed(9));
model.destroy();
