// SPDX-License-Identifier: MIT
#include "new_world.h"

#include "error.h"
#include "files.h"
#include "host.h"
#include "json.h"
#include "species.h"
#include "text.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <unistd.h>
#include <vector>

namespace petworld {
namespace {

constexpr size_t kMostTries = 5;

// Asks until the answer can be read; from a pipe a wrong answer is the last one, and what is
// missing at the end is answered by the default.
class Questions {
 public:
  // `read` returns what is wrong, or "". An empty answer is the default.
  template <class Read>
  void ask(const std::string& question, const std::string& by_default, const Read& read) {
    for (size_t i = 0; i < kMostTries; ++i) {
      std::cout << question << " [" << by_default << "]: " << std::flush;
      std::string answer;
      if (!std::getline(std::cin, answer)) {
        if (terminal_) {
          std::cout << "\n";
          throw Error("new: nothing was written");
        }
        std::cout << by_default << "\n";
      } else if (!terminal_) {
        std::cout << printable(answer) << "\n";
      }
      while (!answer.empty() && (answer.back() == '\r' || answer.back() == ' ')) {
        answer.pop_back();
      }
      answer.erase(0, std::min(answer.find_first_not_of(' '), answer.size()));
      const std::string wrong = read(answer.empty() ? by_default : answer);
      if (wrong.empty()) {
        return;
      }
      if (!terminal_) {
        throw Error("new: " + question + ": " + wrong);
      }
      std::cout << wrong << "\n";
    }
    throw Error("new: no answer to \"" + question + "\" that could be used");
  }

 private:
  bool terminal_ = isatty(STDIN_FILENO) == 1;
};

std::string cited(const std::string& text) {
  return cat("\"", clipped(printable(text), 60), "\"");
}

std::optional<uint64_t> number(std::string_view text, uint64_t low, uint64_t high) {
  uint64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good =
      failure == std::errc{} && stop == text.data() + text.size() && value >= low && value <= high;
  return good ? std::optional(value) : std::nullopt;
}

// "20" or "30x20"
std::string read_size(const std::string& text, NewWorld& answers) {
  const size_t cross = text.find('x');
  const auto width = number(std::string_view(text).substr(0, cross), 5, 1000);
  const auto height = cross == std::string::npos
                          ? width
                          : number(std::string_view(text).substr(cross + 1), 5, 1000);
  if (!width || !height) {
    return cited(text) +
           " is not a size: expected WIDTHxHEIGHT, each from 5 to 1000, for example 20x20";
  }
  answers.width = static_cast<uint32_t>(*width);
  answers.height = static_cast<uint32_t>(*height);
  return "";
}

void ask_pets(Questions& questions, NewWorld& answers) {
  constexpr const char* kDefaults[] = {"10", "10", "10", "0"};
  for (size_t i = 0; i < species_on_offer().size(); ++i) {
    const std::string& species = species_on_offer()[i];
    const std::string what = species == "pet"
                                 ? "How many of the plain species \"pet\""
                                 : "How many " + species + (species == "finch" ? "es" : "s");
    questions.ask(what, kDefaults[i], [&](const std::string& text) {
      const auto count = number(text, 0, 100000);
      if (!count) {
        return cited(text) + " is not a whole number from 0 to 100000";
      }
      if (*count > 0) {
        answers.pets.push_back({species, static_cast<uint32_t>(*count), {}});
      }
      return std::string();
    });
  }
  if (answers.pets.empty()) {
    answers.pets.push_back({"pet", 0, {}});
  }
}

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    std::string name = text.substr(at, end - at);
    name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
    while (name.ends_with(' ')) {
      name.pop_back();
    }
    if (!name.empty()) {
      names.push_back(name);
    }
    at = end + 1;
  }
  return names;
}

// What dks says against pets of these names, tried in a world of their own; "" when nothing.
std::string wrong_with(const std::vector<std::string>& names) {
  dks_model* made = nullptr;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.max_agents = static_cast<uint32_t>(names.size()) + 1;
  check(dks_model_create(&desc, &made), kExitFailed);
  const std::unique_ptr<dks_model, void (*)(dks_model*)> model(made, dks_model_destroy);
  for (const std::string& name : names) {
    dks_spawn_desc pet;
    dks_spawn_desc_init(&pet);
    pet.name = name.c_str();
    if (dks_model_spawn(model.get(), &pet, 1, nullptr) != DKS_OK) {
      const std::string said = dks_last_error();
      constexpr std::string_view kWhere = "items[0].name: ";
      return said.starts_with(kWhere) ? said.substr(kWhere.size()) : said;
    }
  }
  return "";
}

// The first name goes to the first species, the second to the second, and round again.
void deal(const std::vector<std::string>& names, std::vector<NewWorld::Pets>& pets) {
  for (size_t next = 0; next < names.size();) {
    for (NewWorld::Pets& group : pets) {
      if (next < names.size() && group.names.size() < group.count) {
        group.names.push_back(names[next++]);
      }
    }
  }
}

void ask_names(Questions& questions, NewWorld& answers) {
  uint64_t pets = 0;
  for (const NewWorld::Pets& group : answers.pets) {
    pets += group.count;
  }
  std::vector<std::string> names = {"Momo", "Bello", "Pip"};
  names.resize(std::min<uint64_t>(names.size(), pets));
  questions.ask(
      "Names of some of them, with commas between",
      joined(names),
      [&](const std::string& text) {
        names = split_names(text);
        return names.size() > pets ? counted(names.size(), "name") + " for " + counted(pets, "pet")
                                   : wrong_with(names);
      }
  );
  deal(names, answers.pets);
}

void ask_to_overwrite(Questions& questions, const std::string& file) {
  if (access(file.c_str(), F_OK) == 0) {
    questions.ask(
        cat("\"", printable(file), "\" is there already. Overwrite it"),
        "no",
        [&](const std::string& text) {
          if (text != "yes" && text != "y") {
            throw Error(cat("\"", printable(file), "\" is there already, and stays as it is"));
          }
          return std::string();
        }
    );
  }
}

std::string default_file(const std::string& name) {
  std::string file;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    file += plain ? c : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : '_';
  }
  return file + ".json";
}

}  // namespace

int new_world(const std::string& file_given) {
  Questions questions;
  NewWorld answers{};
  if (!file_given.empty()) {
    if (const std::string wrong = why_not_written(file_given); !wrong.empty()) {
      throw Error(wrong);
    }
    ask_to_overwrite(questions, file_given);
  }
  questions.ask("Name of the world", "garden", [&](const std::string& text) {
    answers.name = text;
    return text.size() > 256         ? std::string("the name is longer than 256 bytes")
           : printable(text) != text ? cited(text) + " has something that cannot be shown"
                                     : std::string();
  });
  questions.ask("Size in cells", "20x20", [&](const std::string& text) {
    return read_size(text, answers);
  });
  ask_pets(questions, answers);
  ask_names(questions, answers);
  questions.ask("Seed", "1", [&](const std::string& text) {
    const auto seed = number(text, 1, uint64_t{1} << 53);
    answers.seed = seed.value_or(1);
    return seed ? std::string() : cited(text) + " is not a whole number from 1 to 9007199254740992";
  });
  std::string file = file_given;
  if (file.empty()) {
    questions.ask("File", default_file(answers.name), [&](const std::string& text) {
      file = text;
      return why_not_written(file);
    });
    ask_to_overwrite(questions, file);
  }
  // What is written has to be a world.
  const std::string text = write_world(answers);
  const Host host(read_world_files(file, text), {});
  write_file(file, text);
  std::printf(
      "Wrote %s with %s. Watch it:\n  petworld run %s --watch\n",
      printable(file).c_str(),
      counted(host.info().agent_count, "pet").c_str(),
      printable(file).c_str()
  );
  return kExitOk;
}

}  // namespace petworld
