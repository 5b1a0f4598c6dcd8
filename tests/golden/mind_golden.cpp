// Runs the golden cases of discrete active inference and prints the largest errors.
// SPDX-License-Identifier: MIT
//
//   mind_golden DIR [--precision double|float]
//
// DIR may be any folder of cases of the schema that the README describes; what a case asks for and
// the engine or this program does not know is a failure. Exit status 1 where any case failed or
// none was found, 2 for wrong arguments.
#include "mind/learned_model.h"
#include "mind_agent.h"
#include "mind_case.h"
#include "mind_distance.h"
#include "mind_quantities.h"
#include "mind_window.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace dks::golden {
namespace {

// Whether the rows of backwards induction are those of the case, [factor][row][state].
template <class Real>
double distance_of_rows(
    const mind::GenerativeModel<Real>& model,
    const mind::Goals<Real>& goals,
    std::span<const double> expected
) {
  std::vector<double> got;
  for (const mind::Factor<Real>& factor : model.factors()) {
    for (size_t row = 0; row < goals.depth(); ++row) {
      const auto states = goals.row(row).subspan(factor.state_offset, factor.num_states);
      got.insert(got.end(), states.begin(), states.end());
    }
  }
  return distance<double>(got, expected);
}

template <class Real>
Result<Errors> run(const MindCase& given) {
  auto model = mind::GenerativeModel<Real>::build(given.mind().model);
  if (!model) {
    return model.error();
  }
  auto learned = mind::LearnedModel<Real>::build(*model, given.mind().counts);
  if (!learned) {
    return learned.error();
  }
  auto graph = mind::PlanningGraph::build(learned->model(), given.mind().policies);
  if (!graph) {
    return graph.error();
  }
  Errors errors;
  errors.fill(kNotCompared);
  std::optional<mind::Goals<Real>> goals;
  if (given.mind().goals) {
    auto built = mind::Goals<Real>::build(learned->model(), *given.mind().goals);
    if (!built) {
      return built.error();
    }
    if (!given.inductive_rows.empty()) {
      raise(errors[kInductive], distance_of_rows(learned->model(), *built, given.inductive_rows));
    }
    goals = std::move(*built);
  }
  if (given.document.message_passing) {
    auto window = run_window<Real>(given, learned->model(), *graph);
    if (!window) {
      return window.error();
    }
    errors[kPrior] = window->prior;
    errors[kBeliefs] = window->beliefs;
    errors[kFreeEnergy] = window->evidence;
    errors[kScores] = window->scores;
    return errors;
  }
  DKS_TRY(run_agent<Real>(given, std::move(*learned), std::move(*graph), std::move(goals), errors));
  return errors;
}

bool report(const MindCase& given, const Errors& errors, bool is_float) {
  const Errors limits = tolerances(is_float, given.mind().model.gamma, given.mind().model.alpha);
  bool passed = true;
  std::printf("%-26s", given.document.name.c_str());
  for (size_t i = 0; i < kQuantities; ++i) {
    if (errors[i] == kNotCompared) {
      continue;
    }
    const bool is_within = errors[i] <= limits[i];
    passed = passed && is_within;
    std::printf(" %s %.1e%s", kNames[i], errors[i], is_within ? "" : "!");
  }
  std::printf("  %s\n", passed ? "ok" : "FAILED");
  return passed;
}

bool run_file(const std::string& path, bool is_float) {
  auto given = read_mind_case(path);
  if (!given) {
    std::printf("%s  FAILED\n", given.error().text.c_str());
    return false;
  }
  const auto errors = is_float ? run<float>(*given) : run<double>(*given);
  if (!errors) {
    std::printf("%-26s %s  FAILED\n", given->document.name.c_str(), errors.error().text.c_str());
    return false;
  }
  return report(*given, *errors, is_float);
}

Result<std::vector<std::string>> find_cases(const char* folder) {
  std::vector<std::string> paths;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".json") {
      paths.push_back(entry.path().string());
    }
  }
  if (problem) {
    return error(Status::kIo, std::string_view(folder), ": ", problem.message());
  }
  if (paths.empty()) {
    return error(Status::kNotFound, std::string_view(folder), ": holds no *.json");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

int run_folder(const char* folder, bool is_float) {
  const auto paths = find_cases(folder);
  if (!paths) {
    std::fprintf(stderr, "mind_golden: %s\n", paths.error().text.c_str());
    return 1;
  }
  size_t passed = 0;
  for (const std::string& path : *paths) {
    passed += run_file(path, is_float) ? 1 : 0;
  }
  std::printf("%zu passed, %zu failed\n", passed, paths->size() - passed);
  return passed == paths->size() ? 0 : 1;
}

int main_with(std::span<char*> arguments) {
  const char* folder = nullptr;
  std::string_view precision = "double";
  bool is_usage = false;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--precision" && i + 1 < arguments.size()) {
      precision = arguments[++i];
    } else {
      is_usage = is_usage || folder != nullptr || argument.starts_with("--");
      folder = arguments[i];
    }
  }
  if (is_usage || folder == nullptr || (precision != "double" && precision != "float")) {
    std::fprintf(stderr, "usage: mind_golden DIR [--precision double|float]\n");
    return 2;
  }
  return run_folder(folder, precision == "float");
}

}  // namespace
}  // namespace dks::golden

int main(int argc, char** argv) {
  return dks::golden::main_with({argv, static_cast<size_t>(argc)});
}
