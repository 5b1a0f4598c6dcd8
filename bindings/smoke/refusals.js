// What is refused, and how it is told. SPDX-License-Identifier: MIT
const assert = require("node:assert");
const dks = require("dks_smoke.node");

const desc = new dks.ModelDesc();
const model = dks.Model.create(null);
assert.throws(() => model.find("nobody"), { code: "DKS_E_NOTFOUND", message: /nobody/ });
assert.throws(() => model.column("pet", "feathers"), { code: "DKS_E_NOTFOUND" });
for (const count of [-1, 1.5, 2 ** 32, NaN, "1"]) {
  assert.throws(() => model.step(count), TypeError);
}
for (const seed of [-1n, 2n ** 64n, 2 ** 53, 0.5]) {
  assert.throws(() => (desc.seed = seed), TypeError);
}
desc.seed = 2n ** 64n - 1n;
assert.strictEqual(desc.seed, 2n ** 64n - 1n);
assert.throws(() => new dks.Model());

model.destroy();
model.destroy();
assert.throws(() => model.step(1), { code: "DKS_E_INVALID" });
assert.throws(() => model.hash(), { code: "DKS_E_INVALID" });
