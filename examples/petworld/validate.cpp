// SPDX-License-Identifier: MIT
#include "validate.h"

#include "day.h"
#include "error.h"
#include "files.h"
#include "host.h"
#include "text.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace petworld {
namespace {

// Where a species that is checked alone lives: all that the built-in species looks for.
constexpr const char* kBareWorld = R"({"name": "bare", "species": [], "layers": {
    "place": {"categories": ["wild", "nest", "feeder", "playground"]},
    "food": {"growth": 0.05}, "scent": {"decay": 0.05}}})";

std::string world_sentence(const Host& host) {
  const Plan& plan = host.plan();
  std::vector<std::string> types;
  bool any_pets = false;
  for (const Plan::Type& type : plan.types) {
    types.push_back(printable(type.name));
    any_pets |= type.is_species();
  }
  return "a world called \"" + printable(plan.name) + "\", " + std::to_string(plan.width) + " x " +
         std::to_string(plan.height) + " cells, " +
         counted(host.info().agent_count, any_pets ? "pet" : "agent") + " (" + joined(types) + ")";
}

void validate_day(const ValidateOptions& options) {
  if (options.world.empty()) {
    throw Error("validate: a day file is checked against its world: please add --world WORLD.json");
  }
  const Host host(read_world_files(options.world), {});
  const DayFile day(options.file, host);
  for (const std::string& problem : day.problems()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
  }
  if (day.skipped() > day.problems().size()) {
    std::fprintf(stderr, "and %s more\n", grouped(day.skipped() - day.problems().size()).c_str());
  }
  if (day.skipped() > 0) {
    throw Error(
        counted(day.skipped(), "bad line") + " of " + grouped(day.skipped() + day.messages()) +
        " in \"" + printable(options.file) + "\""
    );
  }
  std::printf(
      "%s: ok, a day file for \"%s\": %s, the last for step %s\n",
      printable(options.file).c_str(),
      printable(host.plan().name).c_str(),
      counted(day.messages(), "message").c_str(),
      std::to_string(day.last_step()).c_str()
  );
}

// Checks the species as one of the world's: in the place of its namesake if there is one.
void validate_species(const ValidateOptions& options, std::string text) {
  const std::string name = outline(text).name;
  WorldFiles world = options.world.empty() ? WorldFiles{{{"a bare world", kBareWorld}}, {}}
                                           : read_world_files(options.world);
  if (!options.world.empty()) {
    const Host host(world, {});  // what is wrong without the species is said first
  }
  const auto& all = world.about.species;
  const auto namesake = std::find_if(all.begin(), all.end(), [&](const auto& species) {
    return species.name == name;
  });
  const auto index = static_cast<size_t>(namesake - all.begin());
  world.files.front().text = with_species(world.files.front().text, index, options.file);
  world.files.push_back({options.file, std::move(text)});
  const Host host(world, {});
  const auto& types = host.plan().types;
  const auto type = std::find_if(types.begin(), types.end(), [&](const Plan::Type& candidate) {
    return candidate.name == name;
  });
  std::printf(
      "%s: ok, a species called \"%s\": %s, %s\n",
      printable(options.file).c_str(),
      printable(name).c_str(),
      counted(type->needs.size(), "need").c_str(),
      counted(type->actions.size(), "action").c_str()
  );
}

}  // namespace

int validate(const ValidateOptions& options) {
  std::string text = read_file(options.file);
  const Document kind = outline(text).kind;
  const bool named_as_day = options.file.ends_with(".jsonl") || options.file.ends_with(".ndjson");
  if (named_as_day || kind == Document::kDay) {
    validate_day(options);
    return kExitOk;
  }
  if (kind == Document::kSpecies) {
    validate_species(options, std::move(text));
    return kExitOk;
  }
  if (!options.world.empty()) {
    throw Error("validate: --world is for day files and species, expected one of them");
  }
  const Host host(read_world_files(options.file, std::move(text)), {});
  std::printf("%s: ok, %s\n", printable(options.file).c_str(), world_sentence(host).c_str());
  return kExitOk;
}

}  // namespace petworld
