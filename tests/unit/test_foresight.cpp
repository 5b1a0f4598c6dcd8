// Thinking ahead of turns changes no bit: a meadow with it and one without stay the same world.
// SPDX-License-Identifier: MIT
#include "base/platform/float_env.h"
#include "world_json.h"

#include <array>
#include <fstream>
#include <iterator>
#include <string>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using namespace dks;

std::string read(const std::string& path) {
  std::ifstream file(path);
  assert_true(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr std::array<const char*, 4> kNames = {
    "meadow.json", "species/cat.json", "species/dog.json", "species/finch.json"};

capi::LoadedWorld meadow(Memory& memory, uint64_t seed, bool foresees) {
  std::array<std::string, kNames.size()> texts;
  std::array<capi::Document, kNames.size()> documents;
  for (size_t i = 0; i < kNames.size(); ++i) {
    texts[i] = read(std::string("examples/worlds/") + kNames[i]);
    documents[i] = {kNames[i], texts[i]};
  }
  auto loaded = capi::load_world(documents, {.seed = seed, .mind = {}}, memory);
  assert_true(loaded.ok());
  for (uint32_t type = 0; type < loaded->world->type_count(); ++type) {
    assert_non_null(loaded->world->table(type).type().foresee);
    if (!foresees) {
      const_cast<AgentType&>(loaded->world->table(type).type()).foresee = nullptr;
    }
  }
  return std::move(*loaded);
}

// Touch and scolding on the way.
void live(World& world, uint64_t step) {
  Letter letter;
  letter.from = "ana";
  letter.to = step % 3 == 0 ? "*" : "Momo";
  letter.kind = step % 2 == 0 ? "pet" : "scold";
  assert_true(world.post({&letter, 1}).ok());
  assert_true(world.step().ok());
}

void foresight_changes_no_bit(void** /*state*/) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Memory memory;
    const capi::LoadedWorld with = meadow(memory, seed, true);
    const capi::LoadedWorld without = meadow(memory, seed, false);
    for (uint64_t step = 0; step < 300; ++step) {
      live(*with.world, step);
      live(*without.world, step);
      assert_true(with.world->hash() == without.world->hash());
    }
  }
}

}  // namespace

int main() {
  const FloatEnvGuard float_env;
  const CMUnitTest tests[] = {
      cmocka_unit_test(foresight_changes_no_bit),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
