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

uint64_t count_alive(const Host& host) {
  uint64_t others = 0;
  for (const Plan::Type& type : host.plan().types) {
    others += type.is_species() ? 0 : host.column(type, "id").size();
  }
  return host.info().agent_count - others;
}

// "58 of 60 pets alive, 12 other agents"
std::string inhabitants(const Host& host, const Record& record) {
  const uint64_t alive = count_alive(host);
  const uint64_t others = host.info().agent_count - alive;
  const bool some_died = count_died(record) > 0;
  std::string line = (some_died ? grouped(alive) + " of " : "") +
                     counted(record.pets().size(), "pet") + (some_died ? " alive" : "");
  if (others == 0) {
    return line;
  }
  return record.pets().empty() ? counted(others, "agent")
                               : line + ", " + counted(others, "other agent");
}

void append_head(
    std::string& out, const Host& host, const Record& record, const Outcome& outcome, size_t width
) {
  const dks_model_info info = host.info();
  const double days = static_cast<double>(outcome.steps) / host.plan().steps_per_day;
  const bool whole = outcome.steps % host.plan().steps_per_day == 0;
  std::string line = printable(host.plan().name) + ": ";
  line += whole ? counted(static_cast<uint64_t>(days), "day") : fixed(days, 1) + " days";
  line += " (" + counted(outcome.steps, "step") + "), " + inhabitants(host, record);
  append_wrapped(
      out,
      line + (outcome.interrupted ? ", ended early of " + counted(outcome.wanted, "step") : ""),
      width,
      2
  );
  append_wrapped(
      out,
      "seed " + std::to_string(info.seed) + ", " + host.plan().mind + " mind, " +
          counted(info.worker_count, "worker") + ", " + rate_text(outcome.steps_per_second()) +
          " steps/s",
      width,
      2
  );
}

// Groups of pets and how they fared, a line each; narrow where the page is.
class Table {
 public:
  Table(std::string& out, const std::string& title, size_t page) : out_(out), wide_(page >= 55) {
    const std::string heads = cells("pets", "in need", "mood", "valence");
    append_line(
        out_, wide_ ? "\n" + title + heads.substr(title.size()) : "\n" + title + "\n" + heads
    );
  }

  void add(const std::string& name, const Tally& tally) {
    const std::string line = cells(
        grouped(tally.pets),
        percent(tally.critical_share()),
        with_sign(tally.mean_mood(), 2),
        with_sign(tally.mean_valence(), 2)
    );
    append_line(out_, "  " + left(name, name_columns()) + line.substr(2 + name_columns()));
  }

 private:
  size_t name_columns() const { return wide_ ? 15 : 10; }
  // A line without its name.
  std::string cells(
      const std::string& pets,
      const std::string& need,
      const std::string& mood,
      const std::string& valence
  ) const {
    return std::string(2 + name_columns(), ' ') + right(pets, wide_ ? 7 : 5) +
           right(need, wide_ ? 12 : 8) + right(mood, wide_ ? 9 : 6) +
           right(valence, wide_ ? 10 : 8);
  }

  std::string& out_;
  bool wide_;
};

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
  Table table(out, "How the pets fared", width);
  for (uint32_t type = 0; type < host.plan().types.size(); ++type) {
    if (host.plan().types[type].is_species()) {
      table.add(printable(host.plan().types[type].name), record.of_type(type));
    }
  }
  table.add("all", record.whole());
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

void append_ties(std::string& out, const Host& host, const Record& record, size_t width) {
  const size_t room = std::clamp<size_t>(width, 30, 51) - 7;  // for the two labels
  const auto pairs = closest_pairs(host, record);
  append_line(out, "\nClosest to each other");
  if (pairs.empty()) {
    append_line(out, "  nobody knows anybody yet");
  }
  for (size_t i = 0; i < pairs.size() && i < 5; ++i) {
    append_line(
        out,
        "  " + left(record.label(pairs[i].a) + " and " + record.label(pairs[i].b), room) + " " +
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
void append_care(std::string& out, const Record& record, size_t width) {
  Tally groups[3];
  for (const PetRecord& pet : record.pets()) {
    if (pet.steps > 0) {
      groups[pet.days_cared == pet.days ? 0 : pet.days_cared > 0 ? 1 : 2].add(pet);
    }
  }
  if (groups[0].pets + groups[1].pets == 0) {
    return;
  }
  Table table(out, "What care did", width);
  constexpr const char* kNames[] = {"every day", "some days", "never"};
  for (size_t i = 0; i < 3; ++i) {
    if (groups[i].pets > 0) {
      table.add(kNames[i], groups[i]);
    }
  }
}

void append_files(
    std::string& out, const Outcome& outcome, const Collection* collection, size_t width
) {
  if (outcome.has_inputs || outcome.accepted > 0) {
    out += "\n";
    append_wrapped(
        out,
        "Inputs: " + grouped(outcome.accepted) + " accepted, " + grouped(outcome.skipped) +
            " skipped" +
            (outcome.not_reached > 0 ? ", " + grouped(outcome.not_reached) + " after the last step"
                                     : ""),
        width,
        2
    );
  }
  if (collection != nullptr) {
    append_line(out, "\nCollected");
    for (const Collection::File& file : collection->files()) {
      const std::string path = printable(file.path);
      const size_t room = std::max<size_t>(columns(path), width < 60 ? 0 : 44);
      append_line(out, cat("  ", left(path, room), right(counted(file.rows, "row"), 14)));
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
  append_head(out, host, record, outcome, width);
  if (outcome.steps > 0 && !record.pets().empty()) {
    append_fates(out, host, record, width);
    append_care(out, record, width);
    append_ties(out, host, record, width);
    append_moods(out, record, utf8, width);
  }
  append_files(out, outcome, collection, width);
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
  report.pets = count_alive(host);
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
    if (!host.plan().types[type].is_species()) {
      continue;
    }
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
