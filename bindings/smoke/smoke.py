# Twenty pets, a hundred steps: prints the hash of the world and the mean mood. SPDX-License-Identifier: MIT
import dks_smoke

desc = dks_smoke.ModelDesc()
desc.seed = 2**53 + 1  # no double
model = dks_smoke.Model.create(desc)
pets = [model.spawn(f"pet {i}") for i in range(20)]
assert model.find("pet 7") == pets[7], "pet 7 has another id"
model.step(100)
mood = model.column("pet", "mood")
print(f"{model.hash():016x} {sum(mood) / len(mood):.9f}")
model.destroy()
