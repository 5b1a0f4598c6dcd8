// Snapshots that nobody saved: digests that are right, for bytes that are not. What comes of them
// is refused, or is a world that can be stepped and asked. SPDX-License-Identifier: MIT dks-test:
// timeout=300
#include "base/archive.h"
#include "world_json.h"

#include <algorithm>
#include <cstring>
#include <dks.h>
#include <span>
#include <string>
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

using dks::ChunkHead;
using dks::digest_of;

using dks::pet::PetType;

constexpr char kWorld[] =
    R"({"species": ["rover.json"], "max_agents": 20, "grid": {"width": 8, "height": 8},
        "layers": {"place": {"categories": ["wild", "nest", "feeder", "playground"]},
                   "food": {"initial": 0.5, "growth": 0.05}},
        "pets": [{"name": "R2"}, {"count": 5}], "collect": [{"table": "t", "field": "energy"}]})";
constexpr char kRover[] =
    R"({"name": "rover", "extends": "pet", "body": "host", "learning": {"food": 1, "company": 1, "habits": 0.5}})";

std::vector<std::byte> saved() {
  const dks_document items[] = {
      {"world.json", kWorld, sizeof kWorld - 1}, {"rover.json", kRover, sizeof kRover - 1}};
  dks_model* model = nullptr;
  const dks_status made = dks_model_create_world(nullptr, items, 2, &model);
  if (made != DKS_OK) {
    print_error("%s\n", dks_last_error());
  }
  assert_int_equal(made, DKS_OK);
  assert_int_equal(dks_model_step(model, 12), DKS_OK);
  uint64_t size = 0;
  assert_int_equal(dks_model_save(model, nullptr, 0, &size), DKS_OK);
  std::vector<std::byte> bytes(size);
  assert_int_equal(dks_model_save(model, bytes.data(), size, &size), DKS_OK);
  dks_model_destroy(model);
  return bytes;
}

bool live_by(std::vector<std::byte>& bytes) {
  dks_model* model = nullptr;
  const dks_status status = dks_model_load(nullptr, bytes.data(), bytes.size(), &model);
  if (status != DKS_OK) {
    assert_null(model);
    assert_non_null(std::strstr(dks_last_error(), "data"));
    return false;
  }
  (void)dks_model_step(model, 2);
  dks_agent_id pet = DKS_AGENT_NONE;
  if (dks_model_find(model, "R2", &pet) == DKS_OK) {
    uint64_t size = 0;
    (void)dks_model_explain(model, pet, nullptr, 0, &size);
    (void)dks_model_agent_json(model, pet, nullptr, 0, &size);
  }
  dks_model_destroy(model);
  return true;
}

void a_forged_one_is_refused_or_lives(void**) {
  constexpr size_t kHead = 8 + 3 * sizeof(uint32_t);
  std::vector<std::byte> bytes = saved();
  assert_true(live_by(bytes));
  int refused = 0;
  int lived = 0;
  for (size_t chunk = kHead; chunk < bytes.size();) {
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
        ++(live_by(bytes) ? lived : refused);
      }
      content[at] = before;
    }
    sign();
    chunk += ChunkHead::kBytes + size;
  }
  print_message("%d refused, %d lived\n", refused, lived);
  assert_true(refused > 100);
}

// Numbers by which pets look things up, each beyond what it can be.
// breaks: pet/loaded.cpp: `value >= field.min && value <= field.max_of(element)` => `true`
void a_pet_beyond_what_it_can_be_is_refused(void**) {
  const dks::capi::Document documents[] = {{"world.json", kWorld}, {"rover.json", kRover}};
  dks::Memory memory;
  auto loaded = dks::capi::load_world(documents, {}, memory);
  assert_true(loaded.ok());
  dks::World& world = *loaded->world;
  assert_true(world.step().ok());
  dks::Table& pets = world.table_at_boundary(0);
  assert_true(PetType::check_loaded(pets, world).ok());
  int refused = 0;
  for (uint32_t field = 0; field < pets.field_count(); ++field) {
    const double beyond = pets.field(field).max_of(0) + 1;
    const double before = pets.number(field, 3);
    pets.set_number(field, 3, 0, beyond);
    if (dks::is_integer(pets.field(field).type) && pets.number(field, 3) == beyond) {
      const auto checked = PetType::check_loaded(pets, world);
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
    assert_false(PetType::check_loaded(pets, world).ok());
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
