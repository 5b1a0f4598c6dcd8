// SPDX-License-Identifier: MIT
#include "world_json.h"

#include "base/hash.h"
#include "builtin_species.h"
#include "environment_json.h"
#include "inhabitants_json.h"
#include "personality_prior_json.h"
#include "species_json.h"
#include "types_json.h"
#include "world_frame_json.h"

#include <algorithm>
#include <array>
#include <optional>

namespace dks::capi {
namespace {

constexpr double kMost = 1e9;
constexpr std::string_view kAggregates[] = {"none", "count", "sum", "mean", "min", "max"};

// ---- the loader of what stands in the world

class WorldLoader {
 public:
  WorldLoader(
      JsonReader& in,
      std::span<const Document> documents,
      const WorldOverrides& overrides,
      Memory& memory
  )
      : in_(in), documents_(documents), overrides_(overrides), memory_(memory) {}

  Result<LoadedWorld> load();

 private:
  World& world() { return *loaded_.world; }
  const MultiGrid& grid() { return world().grid(); }

  void make_world();
  void load_fields();
  void load_layers();
  void load_areas(const JsonField& field, uint32_t layer);
  void load_area(const JsonField& field, uint32_t layer);
  void load_objects();
  void load_events();
  ScheduledEvent::Fill load_fill(const JsonField& field);
  void load_schedule();
  Result<> load_species();
  static Result<Json> builtin();
  Result<> add_builtin();
  Result<> add_species(std::string_view document, Json json);
  void load_reporters();
  void load_reported_field(const JsonField& field, ReporterDesc& desc);

  double load_layer_value(const JsonField& field, uint32_t layer);
  uint32_t load_layer_name(const JsonField& field);
  uint32_t load_category(const JsonField& field, uint32_t layer);
  uint32_t load_x(const JsonField& field) {
    return field.integer<uint32_t>({0, grid().shape().width - 1});
  }
  uint32_t load_y(const JsonField& field) {
    return field.integer<uint32_t>({0, grid().shape().height - 1});
  }
  std::vector<std::string_view> layer_names();
  // Says an error of core where it belongs.
  template <class T>
  bool check(const JsonField& field, const Result<T>& result) {
    if (!result) {
      field.refuse(result.error().text);
    }
    return result.ok();
  }

  JsonReader& in_;
  std::span<const Document> documents_;
  WorldOverrides overrides_;
  Memory& memory_;
  LoadedWorld loaded_;
  std::optional<pet::PersonalityPrior> prior_;
};

void WorldLoader::make_world() {
  loaded_.name = in_["name"].name({kLongestName}, "world");
  WorldDesc desc = load_world_frame(in_);
  const uint64_t mind = in_["mind"].index_in({"mind", pet::kMindNames}, 0);
  loaded_.mind = overrides_.mind.empty() ? pet::kMindNames[mind] : overrides_.mind;
  desc.seed = overrides_.seed != 0 ? overrides_.seed : desc.seed;
  desc.max_agents = overrides_.max_agents != 0 ? overrides_.max_agents : desc.max_agents;
  desc.worker_count = overrides_.worker_count != 0 ? overrides_.worker_count : 1;
  loaded_.plugin_rules = overrides_.plugins;
  StateHash name;
  name.update(loaded_.name.data(), loaded_.name.size());
  desc.id = name.digest();
  if (in_.ok()) {
    loaded_.world = std::make_unique<World>(std::move(desc), memory_);
    loaded_.collector = &DataCollector::attach(*loaded_.world);
  }
}

void WorldLoader::load_fields() {
  JsonReader environment = in_["environment"].object_or_empty();
  for (const auto& [name, value] : environment["fields"].members_or_empty({0, 1024})) {
    JsonReader field = value.object();
    const double min = field["min"].number<double>({-kMost, kMost}, 0);
    const double max = field["max"].number<double>({min, kMost}, std::max(min, 1.0));
    const double start = field["value"].number<double>({min, max}, min);
    check(value, world().add_environment_field(std::string(name), start, min, max));
  }
  environment.ignore_rest();
}

// ---- layers

std::vector<std::string_view> WorldLoader::layer_names() {
  std::vector<std::string_view> names;
  for (uint32_t i = 0; i < world().layer_count(); ++i) {
    names.push_back(world().layer(i).desc().name);
  }
  return names;
}

uint32_t WorldLoader::load_layer_name(const JsonField& field) {
  const auto names = layer_names();
  return static_cast<uint32_t>(field.index_in({"layer", names}));
}

uint32_t WorldLoader::load_category(const JsonField& field, uint32_t layer) {
  const auto& categories = world().layer(layer).desc().categories;
  const std::vector<std::string_view> names(categories.begin(), categories.end());
  return static_cast<uint32_t>(field.index_in({"category of this layer", names}));
}

// A number of a layer's range, or the name of a category.
double WorldLoader::load_layer_value(const JsonField& field, uint32_t layer) {
  const LayerDesc& desc = world().layer(layer).desc();
  return desc.categories.empty() ? field.number<double>({desc.min, desc.max})
                                 : load_category(field, layer);
}

void WorldLoader::load_layers() {
  for (const auto& [name, value] : in_["layers"].members_or_empty({0, 256})) {
    JsonReader in = value.object();
    LayerDesc desc;
    desc.name = name;
    if (in.has("categories")) {
      desc.categories = in["categories"].names({64}, {1, 256});
      desc.max = static_cast<float>(desc.categories.size()) - 1;
      for (size_t i = 1; i < desc.categories.size(); ++i) {
        const auto end = desc.categories.begin() + static_cast<ptrdiff_t>(i);
        if (std::find(desc.categories.begin(), end, desc.categories[i]) != end) {
          in["categories"].refuse("category \"", desc.categories[i], "\" stands twice");
        }
      }
    } else {
      desc.min = in["min"].number<float>({-1e6, 1e6}, 0);
      desc.max =
          in["max"].number<float>({static_cast<double>(desc.min), 1e6}, std::max(desc.min, 1.0F));
      desc.growth = in["growth"].number<float>({0, 1e6}, 0);
      desc.decay = in["decay"].number<float>({0, 1}, 0);
      desc.diffusion = in["diffusion"].number<float>({0, 1}, 0);
      desc.initial = in["initial"].number<float>(
          {static_cast<double>(desc.min), static_cast<double>(desc.max)}, desc.min
      );
    }
    const auto layer = world().add_layer(std::move(desc));
    if (!check(value, layer)) {
      return;
    }
    if (!world().layer(*layer).desc().categories.empty() && in.has("initial")) {
      const auto initial = static_cast<float>(load_category(in["initial"], *layer));
      for (uint32_t cell = 0; cell < grid().shape().cell_count(); ++cell) {
        world().layer_at_boundary(*layer).set(cell, initial);
      }
    }
    load_areas(in["areas"], *layer);
  }
}

void WorldLoader::load_areas(const JsonField& field, uint32_t layer) {
  for (const JsonField area : field.items_or_empty({0, 100'000})) {
    load_area(area, layer);
  }
}

// {"x", "y", "width", "height", "value"} or {"where": {layer: category}, "value"}.
void WorldLoader::load_area(const JsonField& field, uint32_t layer) {
  JsonReader in = field.object();
  const auto value = static_cast<float>(load_layer_value(in["value"], layer));
  PropertyLayer& target = world().layer_at_boundary(layer);
  const auto fill = [&](uint32_t cell) {
    target.set(cell, value);
    target.set_ceiling(cell, value);
  };
  if (in.has("where")) {
    for (const auto& member : in["where"].members({1, 1})) {
      const auto names = layer_names();
      const auto found = std::find(names.begin(), names.end(), member.key);
      if (found == names.end()) {
        return member.field.refuse_name(member.key, {"layer", names});
      }
      const auto where = static_cast<uint32_t>(found - names.begin());
      const uint32_t category = load_category(member.field, where);
      for (uint32_t cell = 0; cell < grid().shape().cell_count() && field.ok(); ++cell) {
        if (world().layer(where).category(cell) == category) {
          fill(cell);
        }
      }
    }
    return;
  }
  const uint32_t x = load_x(in["x"]);
  const uint32_t y = load_y(in["y"]);
  const uint32_t width = in["width"].integer<uint32_t>({1, grid().shape().width - x}, 1);
  const uint32_t height = in["height"].integer<uint32_t>({1, grid().shape().height - y}, 1);
  for (uint32_t dy = 0; dy < height && field.ok(); ++dy) {
    for (uint32_t dx = 0; dx < width; ++dx) {
      fill(grid().cell(x + dx, y + dy));
    }
  }
}

// ---- objects, events, schedule

void WorldLoader::load_objects() {
  JsonReader in = in_["objects"].object_or_empty();
  std::vector<std::string_view> kinds;
  for (const auto& [name, value] : in["kinds"].members_or_empty({0, 1024})) {
    ObjectKind kind;
    kind.name = name;
    JsonReader object = value.object();
    for (const auto& [action, strength] : object["affords"].members({0, 64})) {
      kind.affords.push_back(
          {std::string(action), strength.number<float>(NumberRange::above(0, 100))}
      );
    }
    check(value, world().add_object_kind(std::move(kind)));
    kinds.push_back(name);
  }
  for (const JsonField item : in["placed"].items_or_empty({0, 1'000'000})) {
    JsonReader object = item.object();
    const auto kind = static_cast<uint32_t>(object["kind"].index_in({"object", kinds}));
    const uint32_t cell = grid().cell(load_x(object["x"]), load_y(object["y"]));
    if (item.ok()) {
      check(item, world().add_object(kind, cell));
    }
  }
}

ScheduledEvent::Fill WorldLoader::load_fill(const JsonField& field) {
  JsonReader in = field.object();
  ScheduledEvent::Fill fill{load_layer_name(in["layer"]), 0, {}, 0};
  if (!field.ok()) {
    return fill;
  }
  fill.value = static_cast<float>(load_layer_value(in["value"], fill.layer));
  for (const auto& member : in["where"].members_or_empty({0, 1})) {
    const auto names = layer_names();
    const auto found = std::find(names.begin(), names.end(), member.key);
    if (found == names.end()) {
      member.field.refuse_name(member.key, {"layer", names});
      return fill;
    }
    fill.where_layer = static_cast<uint32_t>(found - names.begin());
    fill.where_category = load_category(member.field, *fill.where_layer);
  }
  return fill;
}

void WorldLoader::load_events() {
  const auto fields = field_names(world().environment());
  for (const auto& [name, value] : in_["events"].members_or_empty({0, 1024})) {
    JsonReader in = value.object();
    ScheduledEvent event;
    event.name = name;
    event.steps = in["steps"].integer<uint32_t>({1, 1'000'000'000}, 1);
    for (const auto& member : in["drive"].members_or_empty()) {
      const auto found = std::find(fields.begin(), fields.end(), member.key);
      if (found == fields.end()) {
        return member.field.refuse_name(member.key, {"environment field", fields});
      }
      const auto field = static_cast<uint32_t>(found - fields.begin());
      event.drives.push_back({field, load_reading(member.field, world().environment(), field)});
    }
    for (const JsonField fill : in["fill"].items_or_empty({0, 64})) {
      event.fills.push_back(load_fill(fill));
    }
    check(value, world().add_scheduled_event(std::move(event)));
  }
}

void WorldLoader::load_schedule() {
  for (const JsonField item : in_["schedule"].items_or_empty({0, 100'000})) {
    JsonReader in = item.object();
    std::vector<std::string_view> names;
    for (const ScheduledEvent& event : world().scheduled_events()) {
      names.push_back(event.name);
    }
    TimerDesc timer;
    const size_t event = in["event"].index_in({"event", names});
    timer.start = in["start"].integer<uint64_t>({0, kMostExact}, 0);
    timer.interval = in["every"].integer<uint32_t>({0, 1'000'000'000}, 0);
    timer.count = in["count"].integer<uint32_t>({0, 1'000'000'000}, 0);
    timer.priority = in["priority"].integer<int32_t>({-1'000'000, 1'000'000}, 0);
    if (item.ok()) {
      timer.name = names[event];
      world().timers_at_boundary().add(std::move(timer));
    }
  }
}

// ---- species

// The built-in one, and what others extend. Its lines are nobody's.
Result<Json> WorldLoader::builtin() {
  auto json = parse_json("pet", builtin_species());
  DKS_TRY(json);
  return merge_patch(std::move(*json), Json::object());
}

Result<> WorldLoader::add_builtin() {
  auto json = builtin();
  DKS_TRY(json);
  return add_species(text(documents_[0].name, ": species \"pet\""), std::move(*json));
}

Result<> WorldLoader::add_species(std::string_view document, Json json) {
  if (const Json* base = json.find("extends"); base != nullptr) {
    if (!base->is_string() || base->as_string() != "pet") {
      JsonSource source(document, json);
      source.root().object()["extends"].index_in(
          {"species to extend", std::array<std::string_view, 1>{"pet"}}
      );
      return source.finish();
    }
    auto whole = builtin();
    DKS_TRY(whole);
    whole->erase("name");  // every species has its own
    json = merge_patch(std::move(*whole), json);
  }
  auto species = capi::load_species(document, json, world());
  DKS_TRY(species);
  for (uint32_t kind = 0; kind < std::size(pet::kMindNames); ++kind) {
    if (pet::kMindNames[kind] == loaded_.mind) {
      species->mind.kind = static_cast<pet::MindKind>(kind);
    }
  }
  if (prior_ && json.find("personality_prior") == nullptr) {
    species->personality_prior = *prior_;
  }
  auto type = pet::PetType::make(std::move(*species));
  if (!type) {
    return at(document, type.error());
  }
  auto added = world().add_type((*type)->agent_type(*type));
  if (!added) {
    return error(added.status(), documents_[0].name, ": /species: ", added.error().text);
  }
  loaded_.species.push_back(std::move(*type));
  return {};
}

Result<> WorldLoader::load_species() {
  if (in_.has("personality_prior")) {
    prior_ = load_personality_prior(in_["personality_prior"]);
  }
  if (!in_.has("species")) {
    return in_.has("types") || !in_.ok() ? Result<>() : add_builtin();
  }
  for (const JsonField item : in_["species"].items({1, 256})) {
    if (item.is(JsonKind::kObject)) {
      DKS_TRY(add_species(documents_[0].name, *item.json()));
      continue;
    }
    const std::string name = item.string();
    if (name == "pet") {
      DKS_TRY(add_builtin());
      continue;
    }
    const auto others = documents_.subspan(1);
    const Document* const document = find_document(others, name);
    if (document == nullptr) {
      item.refuse_name(name, {"species document", names_of(others)});
      break;
    }
    auto json = parse_json(document->name, document->text);
    DKS_TRY(json);
    DKS_TRY(add_species(document->name, std::move(*json)));
  }
  return {};
}

// ---- reporters

// "env:" and an environment field, or a field that some species has.
void WorldLoader::load_reported_field(const JsonField& field, ReporterDesc& desc) {
  desc.field = field.name({128});
  desc.environment = desc.field.starts_with("env:");
  if (desc.environment) {
    desc.field.erase(0, 4);
    if (!world().environment().find(desc.field)) {
      field.refuse_name(desc.field, {"environment field", field_names(world().environment())});
    }
    return;
  }
  std::vector<std::string_view> known;
  for (uint32_t type = 0; type < world().type_count(); ++type) {
    if (world().table(type).find_element(desc.field)) {
      return;
    }
    for (const Field& candidate : world().table(type).type().fields) {
      known.push_back(candidate.name);
    }
  }
  field.refuse_name(desc.field, {"agent field", known});
}

void WorldLoader::load_reporters() {
  for (const JsonField item : in_["collect"].items_or_empty({0, 1024})) {
    JsonReader in = item.object();
    ReporterDesc desc;
    desc.table = in["table"].name({128});
    desc.column = in["column"].name({128}, "");
    load_reported_field(in["field"], desc);
    desc.aggregate =
        in["aggregate"].choice<Aggregate>({"aggregate", kAggregates}, Aggregate::kNone);
    desc.interval = in["every"].integer<uint32_t>({1, 1'000'000'000}, 1);
    desc.window = in["window"].integer<uint32_t>({1, 1 << 24}, desc.window);
    if (in.has("type")) {
      const auto names = type_names(world());
      desc.type = static_cast<uint32_t>(in["type"].index_in({"agent type", names}));
    }
    if (item.ok()) {
      check(item, loaded_.collector->add(world(), std::move(desc)));
    }
  }
}

Result<LoadedWorld> WorldLoader::load() {
  for (const std::string_view key :
       {"$schema",
        "description",
        "personality_prior",
        "species",
        "types",
        "pets",
        "agents",
        "users",
        "collect"}) {
    in_[key];  // known, if read later or by nobody
  }
  make_world();
  if (!in_.ok()) {
    return LoadedWorld{};
  }
  load_fields();
  load_layers();
  load_objects();
  load_events();
  load_schedule();
  // A slip among the keys explains what a species would miss.
  in_.finish();
  if (!in_.ok()) {
    return LoadedWorld{};
  }
  DKS_TRY(load_species());
  if (in_.ok()) {
    DKS_TRY(load_types(in_["types"], documents_, loaded_));
  }
  if (in_.ok()) {
    for (const auto& type : loaded_.species) {
      if (auto bound = type->bind(world()); !bound) {
        return at(documents_[0].name, bound.error());
      }
    }
    loaded_.plan.types = world().type_count();
    if (!overrides_.uninhabited) {
      load_inhabitants(in_, loaded_);
    }
    load_reporters();
  }
  return std::move(loaded_);
}

}  // namespace

std::vector<std::string_view> type_names(const World& world) {
  std::vector<std::string_view> names;
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    names.push_back(world.table(type).type().name);
  }
  return names;
}

Result<> LoadedWorld::add_plugin_type(const PluginType& type) {
  plugins.reserve(world->type_count() + size_t{1});
  auto agents = PluginAgents::join(*world, type, plugin_rules);
  DKS_TRY(agents);
  plugins.resize(world->type_count());
  plugins.back() = std::move(*agents);
  return {};
}

Result<LoadedWorld> load_world(
    std::span<const Document> documents, const WorldOverrides& overrides, Memory& memory
) {
  auto json = parse_json(documents[0].name, documents[0].text);
  DKS_TRY(json);
  JsonSource source(documents[0].name, *json);
  Result<LoadedWorld> loaded = LoadedWorld{};
  {
    JsonReader in = source.root().object();
    loaded = WorldLoader(in, documents, overrides, memory).load();
    if (!source.ok()) {
      in.ignore_rest();
    }
  }
  DKS_TRY(loaded);
  DKS_TRY(source.finish());
  for (const Document& document : documents) {
    loaded->plan.documents.push_back({std::string(document.name), std::string(document.text)});
  }
  return loaded;
}

}  // namespace dks::capi
