// A step of a settled meadow takes no memory, neither of the host's allocator nor of any other.
// dks-test: threads
// SPDX-License-Identifier: MIT
#include "count_allocations.h"

#include <array>
#include <dks.h>
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

using dks::test::allocations;

uint64_t asked_of_host = 0;

void* host_alloc(void*, size_t size, size_t align) {
  ++asked_of_host;
  return dks::test::counted_alloc(size, std::align_val_t{align});
}
void host_dealloc(void*, void* memory, size_t) {
  dks::test::counted_free(memory);
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  assert_true(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

dks_model* meadow(const char* mind, uint32_t workers) {
  const std::array<const char*, 4> names = {
      "meadow.json", "species/cat.json", "species/dog.json", "species/finch.json"};
  std::array<std::string, 4> texts;
  std::array<dks_document, 4> items;
  for (size_t i = 0; i < names.size(); ++i) {
    texts[i] = read(std::string("examples/worlds/") + names[i]);
    items[i] = {names[i], texts[i].data(), texts[i].size()};
  }
  const dks_allocator host = {host_alloc, host_dealloc, nullptr};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &host;
  desc.mind = mind;
  desc.worker_count = workers;
  dks_model* model = nullptr;
  assert_int_equal(dks_model_create_world(&desc, items.data(), 4, &model), DKS_OK);
  return model;
}

// In every step somebody feeds one pet and talks to all. Returns what the steps allocated.
uint64_t live(dks_model* model, int steps) {
  std::array<dks_message, 2> care;
  for (dks_message& message : care) {
    dks_message_init(&message);
    message.from = "u1";
    message.value = 0.5;
  }
  care[0].to = "Momo";
  care[0].kind = "feed";
  care[1].to = "*";
  care[1].kind = "talk";
  care[1].text = "good morning, all of you";
  care[1].text_size = 24;
  uint64_t allocated = 0;
  for (int step = 0; step < steps; ++step) {
    assert_int_equal(dks_model_post(model, care.data(), 2), DKS_OK);
    const uint64_t before = allocations + asked_of_host;
    assert_int_equal(dks_model_step(model, 1), DKS_OK);
    allocated += allocations + asked_of_host - before;
  }
  return allocated;
}

void expect_no_allocation(const char* mind, uint32_t workers) {
  dks_model* const model = meadow(mind, workers);
  assert_true(live(model, 2000) > 0);  // many calls in one step need memory for their number once
  assert_int_equal(live(model, 480), 0);
  dks_model_destroy(model);
}

void minds_take_no_memory(void**) {
  expect_no_allocation("reference", 1);
  expect_no_allocation("reference", 3);
}

void chance_takes_no_memory(void**) {
  expect_no_allocation("random", 1);
}

void the_counters_count(void**) {
  const uint64_t before = allocations;
  const uint64_t host_before = asked_of_host;
  dks_model_destroy(meadow(nullptr, 1));
  assert_true(allocations > before);
  assert_true(asked_of_host > host_before);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_counters_count),
      cmocka_unit_test(minds_take_no_memory),
      cmocka_unit_test(chance_takes_no_memory),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
