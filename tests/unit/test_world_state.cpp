// A world as bytes: what comes back is the same to whoever looks, and lives on as the other one.
// SPDX-License-Identifier: MIT
#include "base/archive.h"
#include "random_inputs.h"
#include "same_world.h"

#include <cstddef>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::test;  // NOLINT(google-build-using-namespace)

std::vector<std::byte> saved(const World& world) {
  const auto save = [&world](Saver& out) {
    out.chunk("symbols", [&] { world.save_symbols(out); });
    world.save(out);
  };
  Saver counting({});
  save(counting);
  std::vector<std::byte> bytes(counting.size());
  Saver writing(bytes);
  save(writing);
  assert_int_equal(writing.size(), bytes.size());
  assert_true(writing.fits());
  return bytes;
}

Result<> load(World& world, std::span<const std::byte> bytes) {
  Loader in(bytes);
  in.chunk("symbols", [&] { world.load_symbols(in); });
  return world.load(in);
}

struct Twin {
  Memory memory;
  World world;
  explicit Twin(const WorldDesc& desc) : world(desc, memory) { build(world); }
};

// breaks: world/state.cpp: `slots_[slot].fresh = any_fresh_ = true;` => `any_fresh_ = true;`
void what_was_saved_lives_on_as_the_same_world(void**) {
  uint64_t seed = 90;
  for (const ActivationDesc& activation : activations()) {
    const WorldDesc desc = restless_world(activation, ++seed, 3);
    Twin original(desc);
    World& world = original.world;
    assert_true(world.spawn(std::vector<World::Spawn>(20)).ok());
    RandomInputs inputs(world, desc.seed);
    for (int step = 0; step < 40; ++step) {
      for (int i = 0; i < 6; ++i) {
        inputs.input();
      }
      post_a_text(world);
      const std::vector<std::byte> bytes = saved(world);
      Twin twin(desc);
      assert_true(load(twin.world, bytes).ok());
      expect_same(twin.world, world);
      assert_true(saved(twin.world) == bytes);
      assert_true(world.step().ok());
      assert_true(twin.world.step().ok());
      expect_same(twin.world, world);
      assert_true(saved(twin.world) == saved(world));
    }
  }
}

void live(World& world) {
  assert_true(world.spawn(std::vector<World::Spawn>(20)).ok());
  for (int step = 0; step < 5; ++step) {
    post_a_text(world);
    assert_true(world.step().ok());
  }
  post_a_text(world);
}

// breaks: base/archive.cpp: `digest_of(bytes_.first(head.size)) != head.digest` => `false`
void a_flipped_bit_is_refused(void**) {
  const WorldDesc desc = restless_world({}, 7, 3);
  Twin original(desc);
  live(original.world);
  std::vector<std::byte> bytes = saved(original.world);
  for (size_t at = 0; at < bytes.size(); at += 7) {
    const auto bit = static_cast<std::byte>(1U << at % 8);
    bytes[at] ^= bit;
    Twin twin(desc);
    const auto loaded = load(twin.world, bytes);
    assert_false(loaded.ok());
    assert_true(loaded.error().text.starts_with("chunk \""));
    bytes[at] ^= bit;
  }
  Twin twin(desc);
  assert_true(load(twin.world, bytes).ok());
}

void what_ends_too_early_is_refused(void**) {
  const WorldDesc desc = restless_world({}, 7, 3);
  Twin original(desc);
  live(original.world);
  const std::vector<std::byte> bytes = saved(original.world);
  for (size_t size = 0; size < bytes.size(); size += 11) {
    Twin twin(desc);
    assert_false(load(twin.world, std::span(bytes).first(size)).ok());
  }
}

// Digests that are right, for numbers that are not.
void numbers_that_lead_nowhere_are_refused_or_harmless(void**) {
  const WorldDesc desc = restless_world({}, 7, 3);
  Twin original(desc);
  live(original.world);
  std::vector<std::byte> bytes = saved(original.world);
  int refused = 0;
  int taken = 0;
  for (size_t chunk = 0; chunk < bytes.size();) {
    uint64_t size = 0;
    std::memcpy(&size, &bytes[chunk + 8], sizeof size);
    const auto content = std::span(bytes).subspan(chunk + ChunkHead::kBytes, size);
    for (size_t at = 0; at < content.size(); at += 3) {
      const std::byte before = content[at];
      content[at] ^= std::byte{0x81};
      const uint64_t digest = digest_of(content);
      std::memcpy(&bytes[chunk + 16], &digest, sizeof digest);
      Twin twin(desc);
      if (load(twin.world, bytes).ok()) {
        (void)twin.world.step();
        ++taken;
      } else {
        ++refused;
      }
      content[at] = before;
    }
    const uint64_t digest = digest_of(content);
    std::memcpy(&bytes[chunk + 16], &digest, sizeof digest);
    chunk += ChunkHead::kBytes + size;
  }
  assert_true(refused > 100 && taken > 100);
}

void a_world_of_another_plan_is_refused(void**) {
  Twin original(restless_world({}, 7, 3));
  live(original.world);
  const std::vector<std::byte> bytes = saved(original.world);
  Twin other(restless_world({}, 8, 3));
  const auto loaded = load(other.world, bytes);
  assert_false(loaded.ok());
  assert_string_equal(
      loaded.error().text.c_str(), "chunk \"world\": seed 7, the world made by the plan has 8"
  );
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(what_was_saved_lives_on_as_the_same_world),
      cmocka_unit_test(a_flipped_bit_is_refused),
      cmocka_unit_test(what_ends_too_early_is_refused),
      cmocka_unit_test(numbers_that_lead_nowhere_are_refused_or_harmless),
      cmocka_unit_test(a_world_of_another_plan_is_refused),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
