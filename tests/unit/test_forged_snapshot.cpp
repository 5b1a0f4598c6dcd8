// Snapshots that nobody saved: digests that are right, for bytes that are not. What comes of them
// is refused, or is a world that can be stepped and asked.
// dks-test: timeout=300
// SPDX-License-Identifier: MIT
#include "base/archive.h"
#include "pet/explain.h"
#include "world_json.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
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

using dks::AgentId;
using dks::ChunkHead;
using dks::digest_of;
using dks::Loader;
using dks::Saver;
using dks::capi::LoadedWorld;

using dks::pet::PetType;

constexpr char kWorld[] =
    R"({"species": ["rover.json"], "max_agents": 20, "grid": {"width": 8, "height": 8},
        "layers": {"place": {"categories": ["wild", "nest", "feeder", "playground"]},
                   "food": {"initial": 0.5, "growth": 0.05}},
        "pets": [{"name": "R2"}, {"count": 5}], "collect": [{"table": "t", "field": "energy"}]})";
constexpr char kRover[] =
    R"({"name": "rover", "extends": "pet", "body": "host", "learning": {"food": 1, "company": 1, "habits": 0.5}})";

LoadedWorld make(bool uninhabited, dks::Memory& memory) {
  const dks::capi::Document documents[] = {{"world.json", kWorld}, {"rover.json", kRover}};
  dks::capi::WorldOverrides overrides;
  overrides.uninhabited = uninhabited;
  auto loaded = dks::capi::load_world(documents, overrides, memory);
  if (!loaded) {
    print_error("%s\n", loaded.error().text.c_str());
  }
  assert_true(loaded.ok());
  return std::move(*loaded);
}

std::vector<std::byte> saved(const LoadedWorld& loaded) {
  const auto save = [&loaded](Saver& out) {
    out.chunk("symbols", [&] { loaded.world->save_symbols(out); });
    loaded.world->save(out);
    out.chunk("tables", [&] { loaded.collector->save(out); });
  };
  Saver counting({});
  save(counting);
  std::vector<std::byte> bytes(counting.size());
  Saver writing(bytes);
  save(writing);
  return bytes;
}

// As dks_model_load does, but that the state hash may be any.
bool lives_by(std::span<const std::byte> bytes) {
  dks::Memory memory;
  const LoadedWorld loaded = make(true, memory);
  dks::World& world = *loaded.world;
  Loader in(bytes);
  in.chunk("symbols", [&] { world.load_symbols(in); });
  if (!world.load(in)) {
    return false;
  }
  in.chunk("tables", [&] { loaded.collector->load(in, world); });
  const PetType& rovers = *loaded.species[0];
  if (!in.ok() || !rovers.check_loaded(world.table(0), world)) {
    return false;
  }
  if (world.table(0).size() > 0) {
    (void)dks::pet::explain(rovers, world, world.table(0).id(0));
  }
  std::vector<AgentId> bodies(world.table(0).ids().begin(), world.table(0).ids().end());
  const std::vector<double> shares(bodies.size(), 1.0);
  assert_true(world.report_done(bodies, shares).ok());
  (void)world.step();
  (void)world.step();
  (void)world.hash();
  return true;
}

void a_forged_one_is_refused_or_lives(void**) {
  dks::Memory memory;
  const LoadedWorld loaded = make(false, memory);
  for (int step = 0; step < 12; ++step) {
    assert_true(loaded.world->step().ok());
  }
  std::vector<std::byte> bytes = saved(loaded);
  assert_true(lives_by(bytes));
  int refused = 0;
  int lived = 0;
  for (size_t chunk = 0; chunk < bytes.size();) {
    uint64_t size = 0;
    std::memcpy(&size, &bytes[chunk + 8], sizeof size);
    const auto content = std::span(bytes).subspan(chunk + ChunkHead::kBytes, size);
    const auto sign = [&] {
      const uint64_t digest = digest_of(content);
      std::memcpy(&bytes[chunk + 16], &digest, sizeof digest);
    };
    const size_t stride = std::max<size_t>(1, content.size() / 150);
    for (size_t at = 0; at < content.size(); at += stride) {
      const std::byte before = content[at];
      for (const std::byte other : {std::byte{0x01}, std::byte{0x80}, std::byte{0xff}}) {
        content[at] = before ^ other;
        sign();
        ++(lives_by(bytes) ? lived : refused);
      }
      content[at] = before;
    }
    sign();
    chunk += ChunkHead::kBytes + size;
  }
  print_message("%d refused, %d lived\n", refused, lived);
  assert_true(refused > 100 && lived > 100);
}

// Numbers by which pets look things up, each beyond what it can be.
void a_pet_beyond_what_it_can_be_is_refused(void**) {
  dks::Memory memory;
  const LoadedWorld loaded = make(false, memory);
  dks::World& world = *loaded.world;
  const PetType& rovers = *loaded.species[0];
  assert_true(world.step().ok());
  dks::Table& pets = world.table_at_boundary(0);
  assert_true(rovers.check_loaded(pets, world).ok());
  int refused = 0;
  for (uint32_t field = 0; field < pets.field_count(); ++field) {
    const double beyond = pets.field(field).max_of(0) + 1;
    const double before = pets.number(field, 3);
    pets.set_number(field, 3, 0, beyond);
    if (dks::is_integer(pets.field(field).type) && pets.number(field, 3) == beyond) {
      const auto checked = rovers.check_loaded(pets, world);
      assert_false(checked.ok());
      assert_true(checked.error().text.find(pets.field(field).name) != std::string::npos);
      ++refused;
    }
    pets.set_number(field, 3, 0, before);
  }
  assert_true(refused > 5);
  for (const char* const field : {"spot_cell", "intent_cell"}) {
    const uint32_t index = *pets.find(field);
    const double before = pets.number(index, 3);
    pets.set_number(index, 3, 0, world.grid().shape().cell_count());
    assert_false(rovers.check_loaded(pets, world).ok());
    pets.set_number(index, 3, 0, before);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_forged_one_is_refused_or_lives),
      cmocka_unit_test(a_pet_beyond_what_it_can_be_is_refused)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
