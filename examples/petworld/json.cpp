// SPDX-License-Identifier: MIT
#include "json.h"

#include "species.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace petworld {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> strings(const Json& list) {
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

std::vector<std::pair<std::string, double>> numbers(const Json& object) {
  std::vector<std::pair<std::string, double>> out;
  for (const auto& [key, value] : object.items()) {
    out.emplace_back(key, value.is_number() ? value.get<double>() : 0.0);
  }
  return out;
}

// A document of a user: anything may stand in it.
Json parse_any(std::string_view text) {
  return Json::parse(text, nullptr, false);
}

std::string string_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A line of a day file: no world and no species has that key.
bool is_message(const Json& json) {
  return json.is_object() && json.contains("kind");
}

// As a world lists it: in full, or "pet", or the path of a file.
Outline::Species outline_of_species(const Json& item) {
  if (item.is_object()) {
    return {string_at(item, "name"), ""};
  }
  const std::string text = item.is_string() ? item.get<std::string>() : "";
  return text == "pet" ? Outline::Species{text, ""} : Outline::Species{"", text};
}

std::string_view first_line(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text.substr(0, text.find('\n'));
}

// The schema of a shipped species is named by its place in the project, which is not here.
Json species_of(const std::string& name) {
  const std::string_view document = species_document(name);
  if (document.empty()) {
    return name;
  }
  Json species = Json::parse(document);
  species.erase("$schema");
  return species;
}

// Enough digits to read, few enough to like.
double rounded(double value) {
  return std::round(value * 1e6) / 1e6;
}

}  // namespace

bool Plan::Type::has(std::string_view field) const {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

const Plan::Layer* Plan::places() const {
  const Layer* found = nullptr;
  for (const Layer& layer : layers) {
    if (!layer.categories.empty() && (found == nullptr || layer.name == "place")) {
      found = &layer;
    }
  }
  return found;
}

Plan read_plan(const std::string& json) {
  const Json in = Json::parse(json);
  Plan plan;
  plan.name = in.at("name");
  plan.mind = in.at("mind");
  plan.width = in.at("width");
  plan.height = in.at("height");
  plan.steps_per_day = in.at("steps_per_day");
  plan.weather = strings(in.at("weather"));
  plan.object_kinds = strings(in.at("object_kinds"));
  for (const auto& [name, layer] : in.at("layers").items()) {
    plan.layers.push_back({name, strings(layer.at("categories"))});
  }
  for (const Json& object : in.at("objects")) {
    plan.objects.push_back({object.at("kind"), object.at("x"), object.at("y")});
  }
  for (const Json& type : in.at("types")) {
    Plan::Type out{type.at("name"), {}, {}, {}, {}};
    out.actions = strings(type.value("actions", Json()));
    out.needs = strings(type.value("needs", Json()));
    out.care = strings(type.value("care", Json()));
    for (const Json& field : type.at("fields")) {
      out.fields.push_back(field.at("name"));
    }
    plan.types.push_back(std::move(out));
  }
  return plan;
}

Reasons read_reasons(const std::string& json) {
  const Json in = Json::parse(json);
  Reasons out;
  out.step = in.at("step");
  out.sentence = in.at("sentence");
  for (const auto& [factor, levels] : in.at("beliefs").items()) {
    out.beliefs.emplace_back(factor, numbers(levels));
  }
  if (!in.contains("actions")) {
    return out;
  }
  for (const auto& [modality, outcome] : in.at("perceived").items()) {
    out.perceived.emplace_back(modality, outcome.is_string() ? outcome.get<std::string>() : "");
  }
  out.terms = strings(in.at("terms"));
  for (const Json& action : in.at("actions")) {
    Reasons::Option option;
    option.action = action.at("action");
    option.probability = action.at("probability");
    option.score = action.at("score");
    for (const std::string& term : out.terms) {
      option.terms.push_back(action.at("terms").at(term));
    }
    option.course = strings(action.at("best_course"));
    option.followed = action.at("followed");
    out.options.push_back(std::move(option));
  }
  out.chosen = string_at(in, "chosen");
  return out;
}

PetCard read_pet(const std::string& json) {
  const Json in = Json::parse(json);
  PetCard out;
  out.type = in.at("type");
  out.name = in.at("name");
  out.action = string_at(in, "action");
  if (in.contains("x")) {
    out.cell = {in.at("x").get<uint32_t>(), in.at("y").get<uint32_t>()};
  }
  out.needs = numbers(in.value("needs", Json::object()));
  out.personality = numbers(in.value("personality", Json::object()));
  for (const Json& tie : in.value("ties", Json::array())) {
    out.ties.push_back({tie.at("id"), tie.at("familiarity")});
  }
  const Json& fields = in.at("fields");
  out.mood = fields.value("mood", 0.0);
  out.critical = fields.value("critical", 0) != 0;
  out.withdrawn = fields.value("withdrawn", 0) != 0;
  out.care = fields.value("care", 0U);
  return out;
}

std::vector<std::pair<uint64_t, std::string>> read_timers(const std::string& json) {
  const Json in = Json::parse(json);
  std::vector<std::pair<uint64_t, std::string>> timers;
  for (const Json& timer : in.at("timers")) {
    timers.emplace_back(timer.at("id").get<uint64_t>(), timer.at("name").get<std::string>());
  }
  return timers;
}

Outline outline(std::string_view json) {
  const Json in = parse_any(json);
  Outline out;
  if (is_message(in) || (in.is_discarded() && is_message(parse_any(first_line(json))))) {
    out.kind = Document::kDay;
  }
  if (!in.is_object() || out.kind == Document::kDay) {
    return out;
  }
  const bool species =
      in.contains("extends") || in.contains("modalities") || in.contains("factors");
  out.kind = species && !in.contains("species") ? Document::kSpecies : Document::kWorld;
  out.name = string_at(in, "name");
  const auto list = in.find("species");
  for (size_t i = 0; list != in.end() && list->is_array() && i < list->size(); ++i) {
    out.species.push_back(outline_of_species((*list)[i]));
  }
  const auto types = in.find("types");
  if (types != in.end() && types->is_object()) {
    for (const auto& [name, type] : types->items()) {
      if (const std::string file = string_at(type, "mind"); !file.empty()) {
        out.minds.push_back({name, file});
      }
    }
  }
  return out;
}

std::string with_species(std::string_view json, size_t index, const std::string& file) {
  Json world = Json::parse(json);
  if (!world.contains("species")) {
    world["species"] = {"pet"};
  }
  Json& list = world["species"];
  if (index < list.size()) {
    list[index] = file;
  } else {
    list.push_back(file);
  }
  return world.dump(-1, ' ', false, Json::error_handler_t::replace);
}

DayMessage read_message(std::string_view json) {
  const Json in = Json::parse(json);
  return {in.value("step", uint64_t{0}), in.contains("to_agent") ? "" : string_at(in, "to")};
}

std::string with_recipient(std::string_view json, dks_agent_id pet) {
  Json message = Json::parse(json);
  message.erase("to");
  message["to_agent"] = pet;
  return message.dump();
}

std::string write_report(const RunReport& report) {
  char hash[17];
  std::snprintf(
      hash, sizeof hash, "%016llx", static_cast<unsigned long long>(report.hash)
  );  // NOLINT(google-runtime-int)
  Json species = Json::object();
  for (const RunReport::Species& one : report.species) {
    species[one.name] = {
        {"pets", one.pets},
        {"critical_share", rounded(one.critical_share)},
        {"mean_valence", rounded(one.mean_valence)},
        {"mean_mood", rounded(one.mean_mood)}};
  }
  Json days = Json::array();
  for (size_t i = 0; i < report.days.size(); ++i) {
    const RunReport::Day& day = report.days[i];
    const auto mean = [&](double value) { return day.empty ? Json() : Json(rounded(value)); };
    days.push_back(
        {{"day", i + 1},
         {"mood", mean(day.mood)},
         {"valence", mean(day.valence)},
         {"critical_share", mean(day.critical_share)}}
    );
  }
  Json out = {
      {"world", report.world},
      {"mind", report.mind},
      {"steps", report.steps},
      {"steps_per_day", report.steps_per_day},
      {"pets", report.pets},
      {"died", report.died},
      {"seed", report.seed},
      {"workers", report.workers},
      {"hash", hash},
      {"critical_share", rounded(report.critical_share)},
      {"mean_valence", rounded(report.mean_valence)},
      {"mean_mood", rounded(report.mean_mood)},
      {"inputs",
       {{"accepted", report.accepted},
        {"skipped", report.skipped},
        {"not_reached", report.not_reached}}},
      {"interrupted", report.interrupted},
      {"seconds", rounded(report.seconds)},
      {"steps_per_second", std::round(report.steps_per_second * 1000) / 1000},
      {"species", std::move(species)},
      {"days", std::move(days)}};
  if (!report.collected.empty() || report.collect_error) {
    Json files = Json::object();
    for (const auto& [file, rows] : report.collected) {
      files[file] = rows;
    }
    out["collected"] = std::move(files);
    out["collect_error"] = report.collect_error ? Json(*report.collect_error) : Json();
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// A meadow in proportion to its size: a nest, two feeders, a playground, wild land between
// them, and what the species on offer use.
std::string write_world(const NewWorld& answers) {
  const auto at = [](double share, uint32_t of) {
    return std::min(static_cast<uint32_t>(share * of), of - 1);
  };
  const auto object = [&](const char* kind, double x, double y) {
    return Json{{"kind", kind}, {"x", at(x, answers.width)}, {"y", at(y, answers.height)}};
  };
  const auto area = [&](const char* place, double x, double y, double width, double height) {
    const uint32_t left = at(x, answers.width);
    const uint32_t top = at(y, answers.height);
    return Json{
        {"value", place},
        {"x", left},
        {"y", top},
        {"width", std::min(std::max(1U, at(width, answers.width)), answers.width - left)},
        {"height", std::min(std::max(1U, at(height, answers.height)), answers.height - top)}};
  };
  uint32_t total = 0;
  Json species = Json::array();
  Json pets = Json::array();
  for (const NewWorld::Pets& group : answers.pets) {
    total += group.count;
    species.push_back(species_of(group.species));
    for (const std::string& name : group.names) {
      pets.push_back({{"species", group.species}, {"name", name}});
    }
    if (const auto unnamed = group.count - group.names.size(); unnamed > 0) {
      pets.push_back({{"species", group.species}, {"count", unnamed}});
    }
  }
  const Json everywhere = {{{"where", {{"place", "feeder"}}}, {"value", 1}}};
  const Json world = {
      {"name", answers.name},
      {"seed", answers.seed},
      {"max_agents", std::max(1024U, total + total / 4)},
      {"grid", {{"width", answers.width}, {"height", answers.height}}},
      {"environment", {{"steps_per_day", 48}}},
      {"layers",
       {{"place",
         {{"categories", {"wild", "nest", "feeder", "playground"}},
          {"initial", "wild"},
          {"areas",
           {area("nest", 0.1, 0.1, 0.3, 0.25),
            area("feeder", 0.6, 0.15, 0.25, 0.2),
            area("feeder", 0.15, 0.7, 0.25, 0.15),
            area("playground", 0.6, 0.6, 0.3, 0.25)}}}},
        {"food", {{"growth", 0.05}, {"areas", everywhere}}}}},
      {"objects",
       {{"kinds",
         {{"bed", {{"affords", {{"sleep", 1}}}}},
          {"ball", {{"affords", {{"fetch", 1}, {"play", 1}}}}},
          {"tree", {{"affords", {{"perch", 1}}}}}}},
        {"placed",
         {object("bed", 0.2, 0.2),
          object("ball", 0.75, 0.7),
          object("tree", 0.5, 0.5),
          object("tree", 0.9, 0.45)}}}},
      {"species", std::move(species)},
      {"pets", std::move(pets)},
      {"users", Json::array({"you"})},
      {"collect",
       {{{"table", "model"}, {"column", "mood"}, {"field", "mood"}, {"aggregate", "mean"}},
        {{"table", "model"}, {"column", "critical"}, {"field", "critical"}, {"aggregate", "mean"}},
        {{"table", "pets"}, {"field", "mood"}},
        {{"table", "pets"}, {"field", "action"}}}}};
  return world.dump(2) + "\n";
}

}  // namespace petworld
