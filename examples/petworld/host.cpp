// SPDX-License-Identifier: MIT
#include "host.h"

#include "error.h"
#include "text.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace petworld {
namespace {

// Calls a function that writes text: first for the size, then for the text.
template <class Call>
std::string text_of(const Call& call) {
  uint64_t size = 0;
  const dks_status asked = call(nullptr, uint64_t{0}, &size);
  if (asked != DKS_E_LIMIT) {
    check(asked, kExitFailed);
  }
  std::string text(size + 1, '\0');
  check(call(text.data(), uint64_t{text.size()}, &size), kExitFailed);
  text.resize(size);
  return text;
}

// A mind that does not exist is the fault of the flag; only a model can tell.
void check_mind(const std::string& mind) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.mind = mind.c_str();
  desc.max_agents = 1;
  dks_model* probe = nullptr;
  if (dks_model_create(&desc, &probe) != DKS_OK) {
    throw Error(std::string("--mind: ") + dks_last_error());
  }
  dks_model_destroy(probe);
}

void say_to_errors(void* /*user*/, int32_t /*level*/, const char* text) {
  std::fprintf(stderr, "petworld: %s\n", text);
}

}  // namespace

void check(dks_status status, int exit_code) {
  if (status != DKS_OK) {
    throw Error(dks_last_error(), exit_code);
  }
}

double Column::number(uint64_t row) const {
  const char* at = static_cast<const char*>(column_.data) + row * column_.stride;
  const auto read = [at](auto value) {
    std::memcpy(&value, at, sizeof value);
    return static_cast<double>(value);
  };
  switch (column_.type) {
    case DKS_TYPE_F32:
      return read(float{});
    case DKS_TYPE_F64:
      return read(double{});
    case DKS_TYPE_I32:
      return read(int32_t{});
    case DKS_TYPE_U32:
      return read(uint32_t{});
    case DKS_TYPE_U64:
      return read(uint64_t{});
    default:
      return read(uint8_t{});
  }
}

uint64_t Column::id(uint64_t row) const {
  uint64_t value = 0;
  std::memcpy(&value, static_cast<const char*>(column_.data) + row * column_.stride, sizeof value);
  return value;
}

Host::Host(const WorldFiles& world, const Settings& settings) {
  if (!settings.mind.empty()) {
    check_mind(settings.mind);
  }
  std::vector<dks_document> documents;
  for (const TextFile& file : world.files) {
    documents.push_back({file.path.c_str(), file.text.data(), file.text.size()});
  }
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.seed = settings.seed;
  desc.worker_count = settings.workers;
  desc.mind = settings.mind.empty() ? nullptr : settings.mind.c_str();
  const dks_log_hook log{say_to_errors, nullptr, nullptr};
  desc.log = &log;
  dks_model* made = nullptr;
  check(
      dks_model_create_world(
          &desc, documents.data(), static_cast<uint32_t>(documents.size()), &made
      ),
      kExitUsage
  );
  model_.reset(made);
  plan_ = read_plan(text_of([&](char* buffer, uint64_t capacity, uint64_t* size) {
    return dks_model_world_json(made, buffer, capacity, size);
  }));
}

void Host::step() {
  check(dks_model_step(model(), 1), kExitFailed);
}

dks_model_info Host::info() const {
  dks_model_info info{};
  dks_model_info_init(&info);
  check(dks_model_get_info(model(), &info), kExitFailed);
  return info;
}

uint64_t Host::hash() const {
  uint64_t hash = 0;
  check(dks_model_hash(model(), &hash), kExitFailed);
  return hash;
}

double Host::environment(const char* field) const {
  double value = 0;
  check(dks_model_environment(model(), field, &value), kExitFailed);
  return value;
}

std::string Host::weather() const {
  return weather_name(environment("weather"));
}

std::string Host::weather_name(double weather) const {
  return plan_.weather.at(static_cast<size_t>(weather));
}

std::string Host::clock() const {
  constexpr uint64_t kMinutesOfDay = 1440;
  const uint64_t minutes =
      static_cast<uint64_t>(std::llround(environment("hour") * 60)) % kMinutesOfDay;
  return cat(two_digits(minutes / 60), ":", two_digits(minutes % 60));
}

Column Host::column(const Plan::Type& type, const char* field) const {
  const std::string_view name = field;
  if (name != "id" && name != "cell" && !type.has(name)) {
    return {};
  }
  dks_column column{};
  check(dks_model_column(model(), type.name.c_str(), field, &column), kExitFailed);
  return Column(column);
}

std::string Host::name_of(dks_agent_id agent) const {
  const char* name = "";
  if (dks_model_agent_name(model(), agent, &name) == DKS_OK && *name != '\0') {
    return printable(name);
  }
  return cat("#", std::to_string(agent));
}

dks_agent_id Host::find(const std::string& name) const {
  dks_agent_id agent = DKS_AGENT_NONE;
  if (name.starts_with('#')) {
    const char* end = name.data() + name.size();
    const auto [stop, failure] = std::from_chars(name.data() + 1, end, agent);
    const char* known = "";
    if (failure != std::errc{} || stop != end ||
        dks_model_agent_name(model(), agent, &known) != DKS_OK) {
      throw Error("no pet has the number \"" + printable(name) + "\"");
    }
    return agent;
  }
  if (dks_model_find(model(), name.c_str(), &agent) == DKS_OK) {
    return agent;
  }
  // What stands in dks's sentence after the name is the nearest known one.
  const std::string said = dks_last_error();
  const size_t near = said.find("; did you mean");
  throw Error(
      "no pet called \"" + printable(name) + "\"" +
      (near == std::string::npos ? "" : said.substr(near))
  );
}

PetCard Host::pet(dks_agent_id agent) const {
  return read_pet(text_of([&](char* buffer, uint64_t capacity, uint64_t* size) {
    return dks_model_agent_json(model(), agent, buffer, capacity, size);
  }));
}

Reasons Host::reasons(dks_agent_id agent) const {
  return read_reasons(text_of([&](char* buffer, uint64_t capacity, uint64_t* size) {
    return dks_model_explain(model(), agent, buffer, capacity, size);
  }));
}

std::vector<double> Host::next(dks_agent_id agent) const {
  uint64_t count = 0;
  check(dks_model_predict(model(), agent, 1, nullptr, 0, &count), kExitFailed);
  std::vector<double> shares(count);
  check(dks_model_predict(model(), agent, 1, shares.data(), shares.size(), &count), kExitFailed);
  return shares;
}

std::vector<std::pair<uint64_t, std::string>> Host::timers() const {
  return read_timers(text_of([&](char* buffer, uint64_t capacity, uint64_t* size) {
    return dks_model_environment_json(model(), buffer, capacity, size);
  }));
}

}  // namespace petworld
