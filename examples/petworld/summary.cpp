// SPDX-License-Identifier: MIT
#include "summary.h"

#include "plot.h"
#include "text.h"

#include <algorithm>

namespace petworld {
namespace {

constexpr size_t kPlotColumns = 64;
constexpr size_t kMostPetsAsked = 2000;

void append_line(std::string& out, const std::string& line) {
  out += line + "\n";
}

void append_head(std::string& out, const Host& host, const Outcome& outcome) {
  const dks_model_info info = host.info();
  const double days = static_cast<double>(outcome.steps) / host.plan().steps_per_day;
  const bool whole = outcome.steps % host.plan().steps_per_day == 0;
  std::string line = printable(host.plan().name) + ": ";
  line += whole ? counted(static_cast<uint64_t>(days), "day") : fixed(days, 1) + " days";
  line += " (" + counted(outcome.steps, "step") + "), " + counted(info.agent_count, "pet");
  append_line(
      out, line + (outcome.interrupted ? ", ended early of " + counted(outcome.wanted, "step") : "")
  );
  append_line(
      out,
      "seed " + std::to_string(info.seed) + ", " + host.plan().mind + " mind, " +
          counted(info.worker_count, "worker") + ", " +
          fixed(outcome.steps_per_second(), outcome.steps_per_second() < 10 ? 1 : 0) + " steps/s"
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

void append_fates(std::string& out, const Host& host, const Record& record) {
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
  append_line(out, "  best off   " + list(true));
  append_line(out, "  worst off  " + list(false));
  std::vector<std::string> away;
  size_t withdrawn = 0;
  for (const PetRecord* pet : pets) {
    if (pet->present && pet->withdrawn && ++withdrawn <= 5) {
      away.push_back(record.label(pet->id));
    }
  }
  if (withdrawn > 0) {
    append_line(
        out,
        "  withdrawn  " + joined(away) +
            (withdrawn > 5 ? " and " + std::to_string(withdrawn - 5) + " more" : "")
    );
  }
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

void append_moods(std::string& out, const Record& record, bool utf8) {
  const std::vector<double> curve = record.mood().resampled(kPlotColumns);
  if (curve.size() < 2) {
    return;
  }
  append_line(out, "\nMood, mean of all pets, from the first step to the last");
  for (const std::string& line : plot(curve, 5, 7, utf8)) {
    append_line(out, line);
  }
  std::string axis = std::string(8, ' ') + (utf8 ? "└" : "+");
  for (size_t i = 0; i < curve.size(); ++i) {
    axis += utf8 ? "─" : "-";
  }
  append_line(out, axis);
  const std::string last = "day " + grouped(record.days().size());
  append_line(
      out,
      std::string(9, ' ') + "day 1" +
          right(last, curve.size() > 5 ? curve.size() - 5 : last.size() + 1)
  );
}

// Cared for: at least one kind act a day. Neglected: none at all.
void append_care(std::string& out, const Record& record) {
  Tally groups[3];
  const size_t days = std::max<size_t>(1, record.days().size());
  for (const PetRecord& pet : record.pets()) {
    if (pet.steps > 0) {
      groups[pet.care >= days ? 0 : pet.care > 0 ? 1 : 2].add(pet);
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
  }
}

}  // namespace

std::string summary_text(
    const Host& host,
    const Record& record,
    const Outcome& outcome,
    const Collection* collection,
    bool utf8
) {
  std::string out;
  append_head(out, host, outcome);
  if (outcome.steps > 0) {
    append_fates(out, host, record);
    append_care(out, record);
    append_ties(out, host, record);
    append_moods(out, record, utf8);
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
    report.days.push_back({day.mean_mood(), day.mean_valence(), day.critical_share()});
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
