// SPDX-License-Identifier: MIT
#include "create.h"

#include "json_text.h"
#include "structs.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dks::capi {
namespace {

constexpr uint32_t kMostDocuments = 4096;

Result<PluginRules> read_rules(const dks_plugin_rules* from) {
  PluginRules rules;
  if (from == nullptr) {
    return rules;
  }
  const auto given = read_struct("desc.plugins", from);
  DKS_TRY(given);
  constexpr uint32_t kKnown = DKS_PLUGINS_GO_ON | DKS_PLUGINS_CHECKED;
  if ((given->flags & ~kKnown) != 0) {
    return invalid("desc.plugins->flags: ", given->flags, " has unknown bits, expected ", kKnown);
  }
  rules.go_on = (given->flags & DKS_PLUGINS_GO_ON) != 0;
  rules.checked = (given->flags & DKS_PLUGINS_CHECKED) != 0;
  rules.slow_ns = given->slow_ns;
  return rules;
}

// What dks_model_create makes: the built-in species on a meadow of its own.
constexpr std::string_view kDefaultWorld = R"json({
  "name": "world",
  "layers": {
    "place": {"categories": ["wild", "nest", "feeder", "playground"], "initial": "wild", "areas": [
      {"value": "nest", "x": 2, "y": 2, "width": 6, "height": 5},
      {"value": "feeder", "x": 11, "y": 3, "width": 6, "height": 5},
      {"value": "playground", "x": 6, "y": 12, "width": 6, "height": 5}]},
    "food": {"growth": 0.05, "areas": [{"where": {"place": "feeder"}, "value": 1}]}
  }
})json";

Result<Allocator> read_allocator(const dks_allocator* from) {
  if (from == nullptr) {
    return Allocator{};
  }
  if (from->alloc == nullptr || from->dealloc == nullptr) {
    return invalid(
        "desc.allocator->",
        from->alloc == nullptr ? "alloc" : "dealloc",
        ": expected a pointer, found NULL"
    );
  }
  return Allocator{from->alloc, from->dealloc, from->user};
}

}  // namespace

Result<Settings> read_settings(const dks_model_desc* desc) {
  dks_model_desc given{};
  if (desc != nullptr) {
    const auto read = read_struct("desc", desc);
    DKS_TRY(read);
    given = *read;
  }
  if (given.flags != 0) {
    return invalid("desc.flags: ", given.flags, " has unknown bits, expected 0");
  }
  if (given.worker_count > 1024) {
    return invalid("desc.worker_count: ", given.worker_count, " is not in [0, 1024]");
  }
  if (given.max_agents > (1U << 26)) {
    return invalid("desc.max_agents: ", given.max_agents, " is not in [0, ", 1U << 26, "]");
  }
  Settings settings;
  settings.overrides = {given.seed, given.max_agents, given.worker_count, {}, {}};
  if (given.mind != nullptr) {
    settings.overrides.mind = given.mind;
    if (std::find(
            std::begin(pet::kMindNames), std::end(pet::kMindNames), settings.overrides.mind
        ) == std::end(pet::kMindNames)) {
      return unknown_name("mind", settings.overrides.mind, pet::kMindNames);
    }
  }
  if (given.log != nullptr && given.log->write == nullptr) {
    return invalid("desc.log->write: expected a pointer, found NULL");
  }
  auto rules = read_rules(given.plugins);
  DKS_TRY(rules);
  auto allocator = read_allocator(given.allocator);
  DKS_TRY(allocator);
  settings.hook = given.log;
  settings.log = std::make_shared<Log>();
  settings.overrides.plugins = std::move(*rules);
  settings.overrides.plugins.log = settings.log;
  settings.allocator = *allocator;
  settings.memory_limit = given.memory_limit;
  return settings;
}

dks_status make_model(const Settings& settings, MakeWorld make_world, dks_model** out_model) {
  auto model = std::make_unique<dks_model>();
  model->shared = std::make_shared<Model>(settings.allocator, settings.memory_limit);
  auto loaded = make_world(model->shared->memory);
  if (!loaded) {
    return fail(loaded.error());
  }
  model->shared->loaded = std::move(*loaded);
  if (settings.hook != nullptr) {
    settings.log->keep(*settings.hook);
  }
  *out_model = model.release();
  return DKS_OK;
}

namespace {

dks_status create(
    const dks_model_desc* desc, std::span<const Document> documents, dks_model** out_model
) {
  const auto settings = read_settings(desc);
  if (!settings) {
    return fail(settings.error());
  }
  const auto make_world = [&](Memory& memory) {
    return load_world(documents, settings->overrides, memory);
  };
  return make_model(*settings, make_world, out_model);
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace): the C functions stand outside
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

void dks_model_desc_init_sized(dks_model_desc* desc, uint32_t struct_size) noexcept {
  init_struct(desc, struct_size);
}

dks_status dks_model_create(const dks_model_desc* desc, dks_model** out_model) noexcept {
  if (out_model == nullptr) {
    return missing("out_model");
  }
  const Document document{"the default world", kDefaultWorld};
  return guard([&] { return create(desc, {&document, 1}, out_model); });
}

dks_status dks_model_create_world(
    const dks_model_desc* desc, const dks_document* items, uint32_t count, dks_model** out_model
) noexcept {
  if (out_model == nullptr) {
    return missing("out_model");
  }
  if (items == nullptr) {
    return missing("items");
  }
  return guard([&] {
    if (count == 0) {
      return fail(invalid("count: expected at least 1 document, found 0"));
    }
    if (count > kMostDocuments) {
      return fail(
          error(Status::kLimit, "count: ", count, " documents, expected at most ", kMostDocuments)
      );
    }
    std::vector<Document> documents;
    for (uint32_t i = 0; i < count; ++i) {
      const auto document = read_document(text("items[", i, "]"), items[i]);
      if (!document) {
        return fail(document.error());
      }
      documents.push_back(*document);
    }
    return create(desc, documents, out_model);
  });
}

}  // extern "C"
