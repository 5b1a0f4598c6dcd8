// SPDX-License-Identifier: MIT
#include "summary.h"

#include "plot.h"
#include "text.h"

#include <algorithm>

namespace petworld {
namespace {

constexpr size_t kPlotColumns = 64;
constexpr size_t kFewestPlotColumns = 10;
constexpr size_t kPlotLabel = 9;  // columns before the curve
constexpr size_t kMostPetsAsked = 2000;

void append_line(std::string& out, const std::string& line) {
  out += line + "\n";
}

void append_wrapped(std::string& out, const std::string& text, size_t width, size_t indent) {
  for (const std::string& line : wrapped(text, width, indent)) {
    append_line(out, line);
  }
}

size_t count_died(const Record& record) {
  const auto& pets = record.pets();
  return static_cast<size_t>(std::count_if(pets.begin(), pets.end(), [](const PetRecord& pet) {
    return pet.died();
  }));
}

void append_head(std::string& out, const Host& host, const Record& record, const Outcome& outcome) {
  const dks_model_info info = host.info();
  const double days = static_cast<double>(outcome.steps) / host.plan().steps_per_day;
  const bool whole = outcome.steps % host.plan().steps_per_day == 0;
  std::string line = printable(host.plan().name) + ": ";
  line += whole ? counted(static_cast<uint64_t>(days), "day") : fixed(days, 1) + " days";
  line += " (" + counted(outcome.steps, "step") + "), " +
          (count_died(record) > 0 ? grouped(info.agent_count) + " of " : "") +
          counted(record.pets().size(), "pet") + (count_died(record) > 0 ? " alive" : "");
  append_line(
      out, line + (outcome.interrupted ? ", ended early of " + counted(outcome.wanted, "step") : "")
  );
  append_line(
      out,
      "seed " + std::to_string(info.seed) + ", " + host.plan().mind + " mind, " +
          counted(info.worker_count, "worker") + ", " + rate_text(outcome.steps_per_second()) +
          " steps/s"
  );
}

// Pets that lived, best off first: by mood, then by time in need.
std::vector<const PetRecord*> by_mood(const Record& record) {
  std::vector<const PetRecord*> pets;
  for (const PetRecord& pet : record.pets()) {
    if (pet.steps > 0) {
      pets.push_back(&pet);
    }
  }
  std::stable_sort(pets.begin(), pets.end(), [](const PetRecord* a, const PetRecord* b) {
    return a->mean_mood() != b->mean_mood() ? a->mean_mood() > b->mean_mood()
                                            : a->critical_share() < b->critical_share();
  });
  return pets;
}

// The pets for which that holds: how many and, of the first few, who.
template <class Holds>
void append_those(
    std::string& out, const char* what, const Record& record, size_t width, const Holds& holds
) {
  constexpr size_t kMostNamed = 5;
  std::vector<std::string> names;
  size_t count = 0;
  for (const PetRecord& pet : record.pets()) {
    if (holds(pet) && ++count <= kMostNamed) {
      names.push_back(record.label(pet.id));
    }
  }
  if (count > 0) {
    const std::string more =
        count > kMostNamed ? " and " + grouped(count - kMostNamed) + " more" : "";
    append_wrapped(
        out, cat("  ", left(what, 11), grouped(count), ": ", joined(names), more), width, 13
    );
  }
}

void append_fates(std::string& out, const Host& host, const Record& record, size_t width) {
  const auto row = [&](const std::string& name, const Tally& tally) {
    append_line(
        out,
        "  " + left(name, 14) + right(grouped(tally.pets), 7) +
            right(percent(tally.critical_share()), 12) + right(with_sign(tally.mean_mood(), 2), 9) +
            right(with_sign(tally.mean_valence(), 2), 10)
    );
  };
  append_line(out, "\nHow the pets fared  pets     in need     mood   valence");
  for (uint32_t type = 0; type < host.plan().types.size(); ++type) {
    row(printable(host.plan().types[type].name), record.of_type(type));
  }
  row("all", record.whole());
  const auto pets = by_mood(record);
  const auto list = [&](bool best) {
    std::vector<std::string> names;
    for (size_t i = 0; i < 3 && i < pets.size(); ++i) {
      const PetRecord& pet = *pets[best ? i : pets.size() - 1 - i];
      names.push_back(record.label(pet.id) + " " + with_sign(pet.mean_mood(), 2));
    }
    return joined(names);
  };
  append_wrapped(out, "  best off   " + list(true), width, 13);
  append_wrapped(out, "  worst off  " + list(false), width, 13);
  append_those(out, "withdrawn", record, width, [](const PetRecord& pet) {
    return pet.present && pet.withdrawn;
  });
  append_those(out, "died", record, width, [](const PetRecord& pet) { return pet.died(); });
}

struct Pair {
  dks_agent_id a, b;
  double familiarity;
};

// Each pair's familiarity, of both sides' the mean, closest first.
std::vector<Pair> closest_pairs(const Host& host, const Record& record) {
  std::vector<Pair> pairs;
  size_t asked = 0;
  for (const PetRecord& pet : record.pets()) {
    if (!pet.present || ++asked > kMostPetsAsked) {
      continue;
    }
    for (const PetCard::Tie& tie : host.pet(pet.id).ties) {
      pairs.push_back(
          {std::min(pet.id, tie.other), std::max(pet.id, tie.other), tie.familiarity / 2}
      );
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });
  std::vector<Pair> merged;
  for (const Pair& pair : pairs) {
    if (!merged.empty() && merged.back().a == pair.a && merged.back().b == pair.b) {
      merged.back().familiarity += pair.familiarity;
    } else {
      merged.push_back(pair);
    }
  }
  std::stable_sort(merged.begin(), merged.end(), [](const Pair& x, const Pair& y) {
    return x.familiarity > y.familiarity;
  });
  return merged;
}

void append_ties(std::string& out, const Host& host, const Record& record) {
  const auto pairs = closest_pairs(host, record);
  append_line(out, "\nClosest to each other");
  if (pairs.empty()) {
    append_line(out, "  nobody knows anybody yet");
  }
  for (size_t i = 0; i < pairs.size() && i < 5; ++i) {
    append_line(
        out,
        "  " + left(record.label(pairs[i].a) + " and " + record.label(pairs[i].b), 44) + " " +
            fixed(pairs[i].familiarity, 2)
    );
  }
}

// The last day on which anybody lived; later ones have no mood.
size_t last_day_with_pets(const Record& record) {
  size_t day = record.days().size();
  while (day > 0 && record.days()[day - 1].empty()) {
    --day;
  }
  return day;
}

void append_moods(std::string& out, const Record& record, bool utf8, size_t width) {
  const size_t room = width > kPlotLabel + kFewestPlotColumns ? width - kPlotLabel : 0;
  const std::vector<double> curve = record.mood().resampled(std::min(room, kPlotColumns));
  if (curve.size() < 2) {
    return;
  }
  out += "\n";
  append_wrapped(out, "Mood, mean of all pets, from the first step to the last", width, 2);
  for (const std::string& line : plot(curve, 5, kPlotLabel - 2, utf8)) {
    append_line(out, line);
  }
  std::string axis = std::string(kPlotLabel - 1, ' ') + (utf8 ? "└" : "+");
  for (size_t i = 0; i < curve.size(); ++i) {
    axis += utf8 ? "─" : "-";
  }
  append_line(out, axis);
  const std::string last = "day " + grouped(last_day_with_pets(record));
  append_line(
      out,
      std::string(kPlotLabel, ' ') + "day 1" +
          right(last, curve.size() > 5 ? curve.size() - 5 : last.size() + 1)
  );
}

// Who was kindly treated on each day of its life, on some of them, on none.
void append_care(std::string& out, const Record& record) {
  Tally groups[3];
  for (const PetRecord& pet : record.pets()) {
    if (pet.steps > 0) {
      groups[pet.days_cared == pet.days ? 0 : pet.days_cared > 0 ? 1 : 2].add(pet);
    }
  }
  if (groups[0].pets + groups[1].pets == 0) {
    return;
  }
  append_line(out, "\nWhat care did       pets     in need     mood   valence");
  constexpr const char* kNames[] = {"every day", "now and then", "never"};
  for (size_t i = 0; i < 3; ++i) {
    if (groups[i].pets > 0) {
      append_line(
          out,
          "  " + left(kNames[i], 14) + right(grouped(groups[i].pets), 7) +
              right(percent(groups[i].critical_share()), 12) +
              right(with_sign(groups[i].mean_mood(), 2), 9) +
              right(with_sign(groups[i].mean_valence(), 2), 10)
      );
    }
  }
}

void append_files(std::string& out, const Outcome& outcome, const Collection* collection) {
  if (outcome.has_inputs || outcome.accepted > 0) {
    append_line(
        out,
        "\nInputs: " + grouped(outcome.accepted) + " accepted, " + grouped(outcome.skipped) +
            " skipped" +
            (outcome.not_reached > 0 ? ", " + grouped(outcome.not_reached) + " after the last step"
                                     : "")
    );
  }
  if (collection != nullptr) {
    append_line(out, "\nCollected");
    for (const Collection::File& file : collection->files()) {
      append_line(
          out, "  " + left(printable(file.path), 44) + right(counted(file.rows, "row"), 14)
      );
    }
    if (!collection->has_tables()) {
      append_line(out, "  and no table: the world file has no \"collect\"");
    }
  }
}

}  // namespace

std::string summary_text(
    const Host& host,
    const Record& record,
    const Outcome& outcome,
    const Collection* collection,
    bool utf8,
    size_t width
) {
  std::string out;
  append_head(out, host, record, outcome);
  if (outcome.steps > 0) {
    append_fates(out, host, record, width);
    append_care(out, record);
    append_ties(out, host, record);
    append_moods(out, record, utf8, width);
  }
  append_files(out, outcome, collection);
  char hash[32];
  std::snprintf(
      hash, sizeof hash, "\nState %016llx\n", static_cast<unsigned long long>(host.hash())
  );  // NOLINT(google-runtime-int)
  return out + hash;
}

RunReport report_of(
    const Host& host, const Record& record, const Outcome& outcome, const Collection* collection
) {
  const dks_model_info info = host.info();
  const Tally whole = record.whole();
  RunReport report{};
  report.world = host.plan().name;
  report.mind = host.plan().mind;
  report.steps = outcome.steps;
  report.pets = info.agent_count;
  report.died = count_died(record);
  report.seed = info.seed;
  report.workers = info.worker_count;
  report.steps_per_day = host.plan().steps_per_day;
  report.hash = host.hash();
  report.critical_share = whole.critical_share();
  report.mean_valence = whole.mean_valence();
  report.mean_mood = whole.mean_mood();
  report.seconds = outcome.seconds;
  report.steps_per_second = outcome.steps_per_second();
  report.accepted = outcome.accepted;
  report.skipped = outcome.skipped;
  report.not_reached = outcome.not_reached;
  report.interrupted = outcome.interrupted;
  for (uint32_t type = 0; type < host.plan().types.size(); ++type) {
    const Tally tally = record.of_type(type);
    report.species.push_back(
        {host.plan().types[type].name,
         tally.pets,
         tally.critical_share(),
         tally.mean_valence(),
         tally.mean_mood()}
    );
  }
  for (const Tally& day : record.days()) {
    report.days.push_back({day.empty(), day.mean_mood(), day.mean_valence(), day.critical_share()});
  }
  if (collection != nullptr) {
    for (const Collection::File& file : collection->files()) {
      report.collected.emplace_back(file.path, file.rows);
    }
    report.collect_error = collection->problem();
  }
  return report;
}

}  // namespace petworld
