// SPDX-License-Identifier: MIT
#include "arguments.h"

#include "error.h"
#include "new_world.h"
#include "picture.h"
#include "plugins.h"
#include "runner.h"
#include "text.h"
#include "validate.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

namespace petworld {
namespace {

constexpr const char* kAbout =
    "Hosts a world of digital pets that live by their own minds.\n"
    "\n"
    "Examples:\n"
    "  petworld run meadow.json --watch                 look at a world, live\n"
    "  petworld run meadow.json --input week.jsonl      a week of care, then a summary\n"
    "  petworld run meadow.json --steps 96 --json       two days, as JSON for a script\n"
    "  petworld validate week.jsonl --world meadow.json is every line of it right?\n"
    "  petworld new garden.json                         make a world of your own\n"
    "  petworld picture meadow.json meadow.svg          draw it\n";

constexpr const char* kRunFooter =
    "On a terminal a bar shows the progress, and commands may be typed while the world runs: feed "
    "Momo,\n"
    "say Momo hello, why Momo, look Momo, pause, resume, speed 4, help, quit. With --watch or --hz "
    "they\n"
    "are also read from a pipe. Elsewhere each simulated day is a line, or with --watch each "
    "event.\n"
    "\n"
    "Ctrl-C ends the run after its step, with the summary and all data written; that is no error, "
    "and\n"
    "--json then says \"interrupted\": true. A second Ctrl-C ends it at once.\n"
    "\n"
    "Exit codes: 0 done, 1 something failed while running, 2 wrong flags or files: nothing was "
    "done.\n";

std::string quoted_value(const std::string& value) {
  return "\"" + clipped(printable(value), 60) + "\"";
}

// A check that reads a whole number of [low, high] into `out`.
template <class Number>
CLI::Validator whole_number(Number& out, uint64_t low, uint64_t high) {
  return CLI::Validator(
      [&out, low, high](std::string& text) -> std::string {
        uint64_t value = 0;
        const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failure != std::errc{} || stop != text.data() + text.size() || value < low ||
            value > high) {
          return quoted_value(text) + " is not a whole number from " + std::to_string(low) +
                 " to " + std::to_string(high);
        }
        out = static_cast<
            typename std::conditional<std::is_same_v<Number, uint32_t>, uint32_t, uint64_t>::type>(
            value
        );
        return "";
      },
      ""
  );
}

CLI::Validator rate(std::optional<double>& out) {
  return CLI::Validator(
      [&out](std::string& text) -> std::string {
        double value = 0;
        const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failure != std::errc{} || stop != text.data() + text.size() ||
            !(value >= 0.01 && value <= 1e6)) {
          return quoted_value(text) + " is not a number of steps a second from 0.01 to 1000000";
        }
        out = value;
        return "";
      },
      ""
  );
}

// A check for what a script may have left empty by mistake, as in --input "$DAY".
CLI::Validator something() {
  return CLI::Validator(
      [](std::string& text) {
        return std::string(text.empty() ? "\"\" is empty, expected a value" : "");
      },
      ""
  );
}

// What the options write to, with the texts that CLI11 wants to keep.
struct Arguments {
  RunOptions run;
  std::string steps, hz, seed, workers, picture_steps, picture_seed;
  ValidateOptions validate;
  std::string new_file;
  PictureOptions picture;
  std::vector<std::string> plugins;
};

constexpr uint64_t kMostSteps = 1'000'000'000'000;
constexpr uint64_t kMostSeed = uint64_t{1} << 53;

void add_plugins(CLI::App& command, Arguments& to) {
  command.add_option("--plugin", to.plugins, "A shared library with agent types; may be repeated")
      ->check(something())
      ->type_name("PATH")
      ->expected(1)
      ->take_all();
}

void add_run(CLI::App& app, Arguments& to) {
  CLI::App* run = app.add_subcommand("run", "Run a world and tell how its pets fared");
  run->add_option("WORLD.json", to.run.world, "The world file")->required();
  run->add_option("--steps", to.steps, "Steps to do (default: all days of --input, else 7 days)")
      ->check(whole_number(to.run.steps, 0, kMostSteps))
      ->type_name("N");
  run->add_option("--hz", to.hz, "Steps a second (default: as fast as it goes; with --watch 10)")
      ->check(rate(to.run.hz))
      ->type_name("H");
  run->add_option("--seed", to.seed, "Seed of all chance (default: the world's)")
      ->check(whole_number(to.run.settings.seed, 1, kMostSeed))
      ->type_name("S");
  run->add_option(
         "--workers", to.workers, "Threads; the results are the same for any number (default: 1)"
  )
      ->check(whole_number(to.run.settings.workers, 1, 1024))
      ->type_name("K");
  run->add_option(
         "--mind",
         to.run.settings.mind,
         "What pets decide by: reference or random (default: the world's)"
  )
      ->check(something())
      ->type_name("NAME");
  add_plugins(*run, to);
  run->add_option("--input", to.run.input, "What users and sensors do, one message a line")
      ->check(something())
      ->type_name("DAY.jsonl");
  run->add_flag(
      "--skip-bad", to.run.skip_bad, "Leave out bad lines of --input instead of refusing it"
  );
  run->add_option("--collect", to.run.collect, "Write what the world collects there, as CSV")
      ->check(something())
      ->type_name("DIR");
  auto* watch = run->add_flag("--watch", to.run.watch, "Draw the world live");
  auto* json = run->add_flag("--json", to.run.json, "Print the result as one JSON object");
  auto* quiet = run->add_flag(
      "--quiet", to.run.quiet, "Print nothing but errors (and with --json the result)"
  );
  watch->excludes(json)->excludes(quiet);
  for (CLI::Option* flag : {watch, json, quiet}) {
    flag->disable_flag_override();
  }
  run->footer(kRunFooter);
}

void add_others(CLI::App& app, Arguments& to) {
  CLI::App* validate = app.add_subcommand("validate", "Check a world, species or day file");
  validate->add_option("FILE", to.validate.file, "The file; a day file's name ends in .jsonl")
      ->required();
  validate->add_option("--world", to.validate.world, "The world that a day file or species is for")
      ->check(something())
      ->type_name("WORLD.json");
  add_plugins(*validate, to);

  CLI::App* make = app.add_subcommand("new", "Ask a few questions and write a world file");
  make->add_option("FILE", to.new_file, "The file to write (default: the world's name)");

  CLI::App* picture = app.add_subcommand("picture", "Draw a world as SVG");
  picture->add_option("WORLD.json", to.picture.world, "The world file")->required();
  picture->add_option("OUT.svg", to.picture.out, "The picture to write")->required();
  picture->add_option("--steps", to.picture_steps, "Steps to do before (default: one day)")
      ->check(whole_number(to.picture.steps, 0, kMostSteps))
      ->type_name("N");
  picture->add_option("--seed", to.picture_seed, "Seed of all chance (default: the world's)")
      ->check(whole_number(to.picture.settings.seed, 1, kMostSeed))
      ->type_name("S");
  add_plugins(*picture, to);
}

std::vector<std::string> known_flags(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

// CLI11's sentence made ours: which thing, which value, what was expected, what is near.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(command->get_name());
  }
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    const auto rest = app.remaining(true);
    if (rest.empty()) {
      return "expected a command: " + joined(commands) + " (petworld --help says more)";
    }
    const auto near = rest[0].starts_with('-') ? did_you_mean(rest[0], known_flags(app))
                                               : did_you_mean(rest[0], commands);
    return "no " + std::string(rest[0].starts_with('-') ? "flag " : "command ") +
           quoted_value(rest[0]) + (near.empty() ? "; expected one of " + joined(commands) : near);
  }
  const std::string name = chosen.front()->get_name();
  const auto is = [&](CLI::ExitCodes code) {
    return error.get_exit_code() == static_cast<int>(code);
  };
  const std::string said = error.what();
  if (is(CLI::ExitCodes::ExtrasError)) {
    auto rest = app.remaining(true);
    std::stable_partition(rest.begin(), rest.end(), [](const std::string& word) {
      return word.starts_with('-');
    });
    const std::string what = rest.empty() ? "" : rest[0];
    const std::string flag = what.substr(0, what.find('='));
    const auto flags = known_flags(*chosen.front());
    if (std::find(flags.begin(), flags.end(), flag) != flags.end()) {
      return quoted_value(flag) + " belongs behind its command: petworld " + name + " " + flag;
    }
    if (what.starts_with('-')) {
      return name + ": no flag " + quoted_value(flag) + did_you_mean(flag, flags);
    }
    return name + ": did not expect " + quoted_value(what);
  }
  if (is(CLI::ExitCodes::ArgumentMismatch)) {
    const std::string flag = said.substr(0, said.find_first_of(": "));
    const bool missing = said.ends_with("missing");
    const bool no_value = said.ends_with("flag override");
    return name + ": " + (flag.starts_with('-') ? "" : "--") + flag + ": " +
           (missing    ? "expected a value after it"
            : no_value ? "expected no value"
                       : "expected once, with one value");
  }
  if (is(CLI::ExitCodes::RequiredError)) {
    return name + ": expected " + said.substr(0, said.find(' ')) + " (petworld " + name +
           " --help says more)";
  }
  if (is(CLI::ExitCodes::ExcludesError)) {
    const size_t second = said.rfind(' ') + 1;
    return name + ": " + said.substr(0, said.find(' ')) + " and " + said.substr(second) +
           " cannot be used together";
  }
  return name + ": " + said;
}

// `--steps -1` means the value -1, which CLI11 takes for a flag: it becomes `--steps=-1`; `help
// run` means `run --help`. In reverse order, as CLI11 wants them.
std::vector<std::string> tidied(int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool negative = argument.size() > 1 && argument[0] == '-' &&
                          ((argument[1] >= '0' && argument[1] <= '9') || argument[1] == '.');
    const bool after_flag = !arguments.empty() && arguments.back().starts_with("--") &&
                            arguments.back().find('=') == std::string::npos;
    if (negative && after_flag) {
      arguments.back() += "=" + argument;
    } else {
      arguments.push_back(argument);
    }
  }
  if (!arguments.empty() && arguments.front() == "help") {
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

}  // namespace

int run_arguments(int argc, char** argv) {
  Arguments to;
  CLI::App app(kAbout, "petworld");
  app.set_version_flag(
      "--version",
      "petworld, dks " + std::to_string(dks_version() / 1000000) + "." +
          std::to_string(dks_version() / 1000 % 1000) + "." + std::to_string(dks_version() % 1000)
  );
  app.require_subcommand(1);
  add_run(app, to);
  add_others(app, to);
  try {
    app.parse(tidied(argc, argv));
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    throw Error(explain(app, error));
  }
  load_plugins(to.plugins);
  if (app.got_subcommand("run")) {
    return run(to.run);
  }
  if (app.got_subcommand("validate")) {
    return validate(to.validate);
  }
  if (app.got_subcommand("new")) {
    return new_world(to.new_file);
  }
  return picture(to.picture);
}

}  // namespace petworld
