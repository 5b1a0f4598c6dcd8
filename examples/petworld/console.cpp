// SPDX-License-Identifier: MIT
#include "console.h"

#include "error.h"
#include "feed.h"
#include "text.h"
#include "why.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace petworld {
namespace {

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  const size_t end = text.find_last_not_of(" \t\r");
  return begin == std::string_view::npos ? std::string()
                                         : std::string(text.substr(begin, end - begin + 1));
}

std::string speed_text(double hz) {
  return hz == 0 ? "as fast as it goes"
                 : (hz == std::floor(hz) ? fixed(hz, 0) : rate_text(hz)) + " steps a second";
}

}  // namespace

Console::Console(const Host& host, const Record& record, Pace& pace, bool utf8)
    : host_(host), record_(record), pace_(pace), utf8_(utf8) {}

std::vector<std::string> Console::run(const std::string& line, size_t width) {
  const std::string whole = trimmed(line);
  const size_t space = std::min(whole.find_first_of(" \t"), whole.size());
  const std::string command = whole.substr(0, space);
  const std::string rest = trimmed(std::string_view(whole).substr(space));
  const auto kinds = care_kinds();
  try {
    if (command.empty()) {
      return {};
    }
    if (command == "why" || command == "look") {
      if (rest.empty()) {
        return {command + ": which pet? For example: " + command + " Momo"};
      }
      const dks_agent_id agent = host_.find(rest);
      return command == "why" ? why(host_, agent, width)
                              : look(host_, record_, agent, width, utf8_);
    }
    if (command == "say" || command == "talk") {
      return say(rest);
    }
    if (std::find(kinds.begin(), kinds.end(), command) != kinds.end()) {
      return care(command, rest, "");
    }
    if (command == "pets") {
      return list_pets(width);
    }
    if (command == "pause" || command == "resume") {
      pace_.paused = command == "pause";
      return {pace_.paused ? "paused; resume goes on" : "going on, " + speed_text(pace_.hz)};
    }
    if (command == "speed") {
      return speed(rest);
    }
    if (command == "help" || command == "?") {
      return help(width);
    }
    if (command == "quit" || command == "exit") {
      pace_.quit = true;
      return {};
    }
  } catch (const Error& error) {
    return {error.what()};
  }
  std::vector<std::string> known = {
      "say", "why", "look", "pets", "pause", "resume", "speed", "help", "quit"};
  known.insert(known.end(), kinds.begin(), kinds.end());
  const auto near = did_you_mean(command, known);
  return {
      "no command \"" + clipped(printable(command), 40) + "\"" +
      (near.empty() ? "; help lists them" : near)};
}

std::vector<std::string> Console::help(size_t width) {
  constexpr const char* kAll[] = {
      "feed PET, pet PET, play PET, gift PET, scold PET   care for a pet, or do not",
      "say PET TEXT      talk to it",
      "why PET           what it believes, and why it did what it did",
      "look PET          how it is, and whom it knows",
      "pets              the pets that have names; others go by number, as #12",
      "pause, resume     stop and go on",
      "speed N           N steps a second; speed max: as fast as it goes",
      "quit              end with the summary, as Ctrl-C does"};
  std::vector<std::string> lines;
  for (const char* one : kAll) {
    const auto more = wrapped(one, width, 4);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  return lines;
}

std::vector<std::string> Console::care_kinds() const {
  std::vector<std::string> kinds;
  for (const Plan::Type& type : host_.plan().types) {
    for (const std::string& kind : type.care) {
      if (kind != "talk" && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
        kinds.push_back(kind);
      }
    }
  }
  return kinds;
}

std::vector<std::string> Console::care(
    const std::string& kind, const std::string& pet, const std::string& text
) {
  if (pet.empty()) {
    return {kind + ": which pet? For example: " + kind + " Momo"};
  }
  const dks_agent_id agent = host_.find(pet);
  dks_message message;
  dks_message_init(&message);
  message.from = "you";
  message.to_agent = agent;
  message.kind = kind.c_str();
  message.text = text.data();
  message.text_size = text.size();
  check(dks_model_post(host_.model(), &message, 1), kExitFailed);
  ++posted_;
  return {sentence_of_care("you", kind, record_.label(agent), printable(text))};
}

std::vector<std::string> Console::say(const std::string& rest) {
  // A name may have spaces: the longest beginning that is a pet's name counts.
  for (size_t end = rest.size(); end != std::string::npos && end > 0;
       end = rest.find_last_of(" \t", end - 1)) {
    const std::string name = trimmed(std::string_view(rest).substr(0, end));
    try {
      host_.find(name);
    } catch (const Error&) {
      continue;
    }
    const std::string text = trimmed(std::string_view(rest).substr(end));
    return text.empty()
               ? std::vector<
                     std::string>{"say what? For example: say " + printable(name) + " hello"}
               : care("talk", name, text);
  }
  if (rest.empty()) {
    return {"say: to which pet? For example: say Momo hello"};
  }
  host_.find(rest.substr(0, rest.find_first_of(" \t")));  // says which name is near
  return {};
}

std::vector<std::string> Console::speed(const std::string& rest) {
  double hz = 0;
  const auto [stop, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), hz);
  const bool number =
      failure == std::errc{} && stop == rest.data() + rest.size() && hz >= 0.01 && hz <= 1e6;
  if (!number && rest != "max") {
    return {
        "speed: \"" + clipped(printable(rest), 40) +
        "\" is not a number from 0.01 to 1000000, nor \"max\""};
  }
  pace_.hz = number ? hz : 0;
  return {speed_text(pace_.hz)};
}

std::vector<std::string> Console::list_pets(size_t width) const {
  std::vector<std::string> lines;
  std::string line;
  for (const PetRecord& pet : record_.pets()) {
    if (!pet.present || pet.name.empty()) {
      continue;
    }
    const std::string label = record_.label(pet.id);
    if (!line.empty() && columns(line) + 2 + columns(label) > width) {
      lines.push_back(line + ",");
      line.clear();
    }
    line += (line.empty() ? "" : ", ") + label;
  }
  lines.push_back(line.empty() ? "no pet here has a name" : line);
  return lines;
}

}  // namespace petworld
