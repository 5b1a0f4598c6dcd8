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

constexpr const char* kExtends = "\"extends\": \"pet\"";
constexpr const char* kLearns =
    "\"learning\": {\"habits\": 1, \"company\": 1, \"food\": 1, \"retention\": 0.95}, ";
constexpr const char* kTakesTurns = "\"mind\": {\"think_every\": 3}, ";

// `changes`: members of each species.
capi::LoadedWorld meadow(Memory& memory, uint64_t seed, const char* changes, bool foresees) {
  std::array<std::string, kNames.size()> texts;
  std::array<capi::Document, kNames.size()> documents;
  for (size_t i = 0; i < kNames.size(); ++i) {
    texts[i] = read(std::string("examples/worlds/") + kNames[i]);
    if (const size_t at = texts[i].find(kExtends); at != std::string::npos) {
      texts[i].insert(at, changes);
    }
    documents[i] = {kNames[i], texts[i]};
  }
  auto loaded = capi::load_world(documents, {.seed = seed, .mind = {}, .plugins = {}}, memory);
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

void check_foresight(const char* changes) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Memory memory;
    const capi::LoadedWorld with = meadow(memory, seed, changes, true);
    const capi::LoadedWorld without = meadow(memory, seed, changes, false);
    for (uint64_t step = 0; step < 300; ++step) {
      live(*with.world, step);
      live(*without.world, step);
      assert_true(with.world->hash() == without.world->hash());
    }
  }
}

void foresight_changes_no_bit(void** /*state*/) {
  check_foresight("");
}

void foresight_changes_no_bit_of_pets_that_learn(void** /*state*/) {
  check_foresight(kLearns);
}

void foresight_changes_no_bit_of_pets_that_think_in_turns(void** /*state*/) {
  check_foresight(kTakesTurns);
}

}  // namespace

int main() {
  const FloatEnvGuard float_env;
  const CMUnitTest tests[] = {
      cmocka_unit_test(foresight_changes_no_bit),
      cmocka_unit_test(foresight_changes_no_bit_of_pets_that_learn),
      cmocka_unit_test(foresight_changes_no_bit_of_pets_that_think_in_turns),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
