// Worlds as bytes: saving, and making a model of what was saved.
// SPDX-License-Identifier: MIT
#include "base/archive.h"
#include "create.h"
#include "plugins/registry.h"

#include <algorithm>
#include <utility>

namespace dks::capi {
namespace {

constexpr char kMagic[8] = {'d', 'k', 's', 'w', 'o', 'r', 'l', 'd'};
constexpr uint32_t kFormat = 1;
constexpr uint32_t kMostAgents = 1U << 26;
// Raised by each version from which the same state and inputs lead elsewhere: each line of
// CHANGELOG with [determinism].
constexpr uint32_t kEpoch = 1;

// ---- the plan ----

void save_plan(const Model& model, Saver& out) {
  const World& world = model.live();
  const LoadedWorld& loaded = model.loaded;
  out.number(world.seed());
  out.number(world.desc().max_agents);
  out.text(loaded.mind);
  out.number(uint64_t{loaded.plan.documents.size()});
  for (const Plan::OwnDocument& document : loaded.plan.documents) {
    out.text(document.name);
    out.text(document.text);
  }
  world.save_symbols(out);
  out.number(uint64_t{world.type_count() - loaded.plan.types});
  for (uint32_t type = loaded.plan.types; type < world.type_count(); ++type) {
    out.text(world.table(type).type().name);
  }
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    const PluginAgents* const agents = model.plugin_agents(type);
    out.number(agents == nullptr ? uint32_t{0} : agents->type().calls.version);
  }
}

struct SavedPlan {
  uint64_t seed = 0;
  uint32_t max_agents = 0;
  std::string_view mind;
  std::vector<Document> documents;
};

SavedPlan load_plan(Loader& in) {
  SavedPlan plan;
  plan.seed = in.number<uint64_t>();
  plan.max_agents = in.number<uint32_t>();
  plan.mind = in.text();
  plan.documents.resize(in.count(2 * sizeof(uint64_t)));
  for (Document& document : plan.documents) {
    document.name = in.text();
    document.text = in.text();
  }
  if (plan.documents.empty() || plan.max_agents > kMostAgents) {
    in.refuse(invalid(plan.documents.size(), " documents, at most ", plan.max_agents, " agents"));
  }
  return plan;
}

// What a host says over the head of the plan has to agree with it: the state is of that world.
Result<> check_overrides(const WorldOverrides& host, const SavedPlan& plan) {
  if (host.seed != 0 && host.seed != plan.seed) {
    return invalid("desc.seed: ", host.seed, ", the world was saved with ", plan.seed);
  }
  if (host.max_agents != 0 && host.max_agents != plan.max_agents) {
    return invalid(
        "desc.max_agents: ", host.max_agents, ", the world was saved with ", plan.max_agents
    );
  }
  if (!host.mind.empty() && host.mind != plan.mind) {
    return invalid(
        "desc.mind: ", in_quotes(host.mind), ", the world was saved with ", in_quotes(plan.mind)
    );
  }
  return {};
}

Result<LoadedWorld> make_by(const SavedPlan& plan, WorldOverrides overrides, Memory& memory) {
  DKS_TRY(check_overrides(overrides, plan));
  overrides.seed = plan.seed;
  overrides.max_agents = plan.max_agents;
  overrides.mind = plan.mind;
  overrides.uninhabited = true;
  return load_world(plan.documents, overrides, memory);
}

// Those that a host added, which find the names that they ask for as they found them then.
void add_types(Loader& in, LoadedWorld& loaded) {
  loaded.world->load_symbols(in);
  const uint64_t types = in.count(sizeof(uint64_t));
  for (uint64_t i = 0; i < types && in.ok(); ++i) {
    const std::string_view name = in.text();
    const auto type = PluginRegistry::instance().find<PluginType>(name);
    if (!type) {
      return in.refuse(type.error());
    }
    if (const auto added = loaded.add_plugin_type(**type); !added) {
      return in.refuse(added.error());
    }
  }
}

// Of which rules the agents of plugins were: other rules would lead elsewhere.
void check_versions(Loader& in, const LoadedWorld& loaded) {
  for (uint32_t type = 0; type < loaded.world->type_count(); ++type) {
    const auto saved = in.number<uint32_t>();
    const bool is_plugins = type < loaded.plugins.size() && loaded.plugins[type];
    const uint32_t known = is_plugins ? loaded.plugins[type]->type().calls.version : 0;
    if (saved != known) {
      in.refuse(error(
          Status::kVersion,
          "agent type ",
          in_quotes(loaded.world->table(type).type().name),
          " was of version ",
          saved,
          " of its rules, this one is ",
          known
      ));
    }
  }
}

// ---- the whole ----

void save(const Model& model, Saver& out) {
  out.numbers(std::span<const char>(kMagic));
  out.number(kFormat);
  out.number(kEpoch);
  out.number(uint32_t{DKS_VERSION_NUMBER});
  out.chunk("plan", [&] { save_plan(model, out); });
  model.live().save(out);
  out.chunk("tables", [&] { model.loaded.collector->save(out); });
  out.chunk("hash", [&] { out.number(model.live().hash()); });
}

Result<> check_head(Loader& in) {
  char magic[sizeof kMagic] = {};
  in.numbers(std::span<char>(magic));
  const auto format = in.number<uint32_t>();
  const auto epoch = in.number<uint32_t>();
  const auto version = in.number<uint32_t>();
  if (!in.ok() || !std::equal(std::begin(magic), std::end(magic), std::begin(kMagic))) {
    return invalid("expected a world that dks_model_save wrote, found something else");
  }
  const std::string by = text(version / 1000000, ".", version / 1000 % 1000, ".", version % 1000);
  if (format != kFormat) {
    return error(
        Status::kVersion,
        "of format ",
        format,
        ", saved by dks ",
        by,
        "; this library reads ",
        kFormat
    );
  }
  if (epoch != kEpoch) {
    return error(
        Status::kVersion,
        "of determinism epoch ",
        epoch,
        ", saved by dks ",
        by,
        "; in this library, of epoch ",
        kEpoch,
        ", the world would live on otherwise"
    );
  }
  return {};
}

Result<LoadedWorld> load(
    std::span<const std::byte> data, const WorldOverrides& overrides, Memory& memory
) {
  Loader in(data);
  DKS_TRY(check_head(in));
  Result<LoadedWorld> loaded = LoadedWorld{};
  in.chunk("plan", [&] {
    const SavedPlan plan = load_plan(in);
    if (!in.ok()) {
      return;
    }
    loaded = make_by(plan, overrides, memory);
    if (!loaded) {
      return in.refuse(loaded.error());
    }
    add_types(in, *loaded);
    if (in.ok()) {
      check_versions(in, *loaded);
    }
  });
  DKS_TRY(in.outcome());
  DKS_TRY(loaded->world->load(in));
  in.chunk("tables", [&] { loaded->collector->load(in, *loaded->world); });
  in.chunk("hash", [&] {
    if (in.number<uint64_t>() != loaded->world->hash()) {
      in.refuse(invalid("the world that was made of it is another one"));
    }
  });
  DKS_TRY(in.outcome());
  if (!in.rest().empty()) {
    return invalid(in.rest().size(), " bytes behind the end of the world");
  }
  for (uint32_t type = 0; type < loaded->world->type_count(); ++type) {
    const Table& table = loaded->world->table(type);
    if (type < loaded->species.size()) {
      DKS_TRY(loaded->species[type]->check_loaded(table, *loaded->world));
    } else if (type >= loaded->plugins.size() || !loaded->plugins[type]) {
      DKS_TRY(table.check_ranges());  // a plugin may write into its own what it likes
    }
  }
  return loaded;
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_save(
    const dks_model* model, void* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  return enter(model, [&](const Model& inside) {
    auto* const bytes = static_cast<std::byte*>(buffer);
    if (const dks_status wrong =
            check_text_place(static_cast<const char*>(buffer), capacity, out_size)) {
      return wrong;
    }
    if (inside.live().is_under_way()) {
      return refuse_under_way();
    }
    if (const auto whole = inside.live().can_step(); !whole) {
      return fail(whole.error());  // half a step is no world
    }
    if (const std::string& type = inside.loaded.plan.attached_mind; !type.empty()) {
      return fail(invalid(
          "agent type ",
          in_quotes(type),
          " has a mind that was attached: only minds of documents can be saved"
      ));
    }
    Saver counting({});
    save(inside, counting);
    if (out_size != nullptr) {
      *out_size = counting.size();
    }
    if (buffer == nullptr) {
      return static_cast<dks_status>(DKS_OK);
    }
    Saver out({bytes, capacity});
    if (counting.size() <= capacity) {
      save(inside, out);
    }
    // Somebody may have posted in between.
    const uint64_t size = std::max(counting.size(), out.size());
    if (out_size != nullptr) {
      *out_size = size;
    }
    if (size > capacity) {
      return fail(error(Status::kLimit, "buffer: ", capacity, " bytes do not hold ", size));
    }
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_load(
    const dks_model_desc* desc, const void* data, uint64_t size, dks_model** out_model
) noexcept {
  if (const char* const null = first_null({{"data", data}, {"out_model", out_model}})) {
    return missing(null);
  }
  return guard([&] {
    const auto settings = read_settings(desc);
    if (!settings) {
      return fail(settings.error());
    }
    const auto make_world = [&](Memory& memory) -> Result<LoadedWorld> {
      auto loaded = load({static_cast<const std::byte*>(data), size}, settings->overrides, memory);
      if (!loaded) {
        return dks::at("data", loaded.error());
      }
      return loaded;
    };
    return make_model(*settings, make_world, out_model);
  });
}

}  // extern "C"
