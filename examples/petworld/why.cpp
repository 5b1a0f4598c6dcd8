// SPDX-License-Identifier: MIT
#include "why.h"

#include "text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace petworld {
namespace {

constexpr size_t kLongestHeading = 9;
constexpr size_t kScoreWidth = 8;
constexpr size_t kShareWidth = 6;

std::string whole_percent(double share) {
  return fixed(100 * share, 0) + "%";
}

std::string hundredths(int64_t value) {
  return fixed(static_cast<double>(value) / 100, 2);
}

// The levels that hold at least a twentieth of the belief, likeliest first.
std::string belief_text(Reasons::Shares levels) {
  std::stable_sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  std::string text;
  for (const auto& [level, share] : levels) {
    if (text.empty() || share >= 0.05) {
      text += (text.empty() ? "" : ", ") + printable(level) + " " + whole_percent(share);
    }
  }
  return text;
}

// Two factors a line where there is room.
void append_beliefs(std::vector<std::string>& lines, const Reasons& reasons, size_t width) {
  size_t label = 4;
  for (const auto& [factor, levels] : reasons.beliefs) {
    label = std::max(label, std::min<size_t>(columns(printable(factor)), 16) + 1);
  }
  const size_t half = (width - 2) / 2;
  std::string open;  // the left half of a line that waits for its right half
  for (const auto& [factor, levels] : reasons.beliefs) {
    const std::string text = left(printable(factor), label) + belief_text(levels);
    const bool is_short = columns(text) < half;
    if (!open.empty() && is_short) {
      lines.push_back("  " + left(open, half) + text);
      open.clear();
      continue;
    }
    if (!open.empty()) {
      lines.push_back("  " + open);
    }
    open = is_short ? text : "";
    if (!is_short) {
      lines.push_back(clipped("  " + text, width));
    }
  }
  if (!open.empty()) {
    lines.push_back("  " + open);
  }
}

void append_wrapped(
    std::vector<std::string>& lines, const std::string& text, size_t width, size_t indent
) {
  const auto more = wrapped(text, width, indent);
  lines.insert(lines.end(), more.begin(), more.end());
}

// A heading over a narrow column: its words one below the other, long ones cut.
std::vector<std::string> stacked(std::string heading) {
  if (heading == "information gain") {
    heading = "info gain";
  }
  std::vector<std::string> rows;
  for (size_t at = 0; at < heading.size();) {
    const size_t end = std::min(heading.find(' ', at), heading.size());
    rows.push_back(clipped(heading.substr(at, end - at), kLongestHeading));
    at = end + 1;
  }
  return rows;
}

// Actions that were dropped at first sight come last: their scores are of the act alone.
struct Line {
  std::string action;
  std::vector<int64_t> terms;
  int64_t score;
  double probability;
  bool chosen, followed;
  std::string course;  // itself and what it is best continued by
};

std::vector<Line> lines_of(const Reasons& reasons) {
  std::vector<Line> out;
  for (const Reasons::Option& option : reasons.options) {
    const auto score = static_cast<int64_t>(std::llround(option.score * 100));
    const bool chosen = option.action == reasons.chosen;
    out.push_back(
        {printable(option.action),
         rounded_to_sum(option.terms, score),
         score,
         option.probability,
         chosen,
         option.followed,
         printable(joined(option.course))}
    );
  }
  std::stable_sort(out.begin(), out.end(), [](const Line& a, const Line& b) {
    return a.followed != b.followed ? a.followed : a.score > b.score;
  });
  return out;
}

struct TermColumn {
  std::vector<std::string> heading;
  size_t width;
};

std::vector<TermColumn> term_columns(const Reasons& reasons, const std::vector<Line>& lines) {
  std::vector<TermColumn> out;
  for (size_t term = 0; term < reasons.terms.size(); ++term) {
    TermColumn column{stacked(printable(reasons.terms[term])), 5};
    for (const std::string& word : column.heading) {
      column.width = std::max(column.width, columns(word));
    }
    for (const Line& line : lines) {
      column.width = std::max(column.width, hundredths(line.terms[term]).size());
    }
    ++column.width;
    out.push_back(std::move(column));
  }
  return out;
}

// Actions down, terms across, in as many blocks as the width asks for; the score ends the last
// block.
void append_table(std::vector<std::string>& out, const Reasons& reasons, size_t width) {
  const std::vector<Line> lines = lines_of(reasons);
  const std::vector<TermColumn> terms = term_columns(reasons, lines);
  size_t name_width = 6;
  for (const Line& line : lines) {
    name_width = std::max(name_width, std::min<size_t>(columns(line.action), 14));
  }
  for (size_t begin = 0, end = 0; begin < terms.size(); begin = end) {
    size_t used = 2 + name_width + kScoreWidth + kShareWidth;
    size_t height = 1;
    for (end = begin; end < terms.size() && (end == begin || used + terms[end].width <= width);
         ++end) {
      used += terms[end].width;
      height = std::max(height, terms[end].heading.size());
    }
    const bool last = end == terms.size();
    for (size_t row = 0; row < height; ++row) {
      const bool bottom = row + 1 == height;
      std::string line = left(bottom ? "  action" : "", 2 + name_width);
      for (size_t term = begin; term < end; ++term) {
        const auto& heading = terms[term].heading;
        const size_t top = height - heading.size();
        line += right(row < top ? "" : heading[row - top], terms[term].width);
      }
      out.push_back(
          bottom && last ? line + right("= score", kScoreWidth) + right("p", kShareWidth) : line
      );
    }
    for (const Line& line : lines) {
      std::string text = (line.chosen ? "> " : "  ") + left(line.action, name_width);
      for (size_t term = begin; term < end; ++term) {
        text += right(hundredths(line.terms[term]), terms[term].width);
      }
      text += last ? right(hundredths(line.score), kScoreWidth) +
                         right(whole_percent(line.probability), kShareWidth)
                   : "";
      out.push_back(std::move(text));
    }
  }
}

// A score is that of an action with its best continuation; the courses in the order of the table.
std::string courses(const Reasons& reasons) {
  std::vector<std::string> all;
  for (const Line& line : lines_of(reasons)) {
    all.push_back(line.course);
  }
  const bool dropped = std::any_of(
      reasons.options.begin(), reasons.options.end(), [](const auto& o) { return !o.followed; }
  );
  return "and expected of each action's best course" +
         std::string(dropped ? " (of those that it looked at once, of the act alone)" : "") + ": " +
         joined(all, "; ");
}

// "Most likely next: sleep 71%, eat 20%."
std::string most_likely_next(const Reasons& reasons, const std::vector<double>& shares) {
  Reasons::Shares next;
  for (size_t i = 0; i < shares.size(); ++i) {
    next.emplace_back(reasons.options[i].action, shares[i]);
  }
  return "most likely next: " + belief_text(std::move(next));
}

}  // namespace

std::vector<int64_t> rounded_to_sum(const std::vector<double>& terms, int64_t total) {
  std::vector<int64_t> out;
  std::vector<size_t> order(terms.size());
  std::iota(order.begin(), order.end(), size_t{0});
  int64_t missing = total;
  for (const double term : terms) {
    out.push_back(static_cast<int64_t>(std::floor(std::clamp(term, -1e12, 1e12) * 100)));
    missing -= out.back();
  }
  const auto remainder = [&](size_t i) { return terms[i] * 100 - std::floor(terms[i] * 100); };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return remainder(a) > remainder(b);
  });
  // Of n terms at most n hundredths are missing; more only where a term was out of all bounds.
  for (size_t i = 0; i < order.size() && missing > 0; ++i, --missing) {
    ++out[order[i]];
  }
  for (size_t i = order.size(); i-- > 0 && missing < 0; ++missing) {
    --out[order[i]];
  }
  return out;
}

std::vector<std::string> why(const Host& host, dks_agent_id agent, size_t width) {
  Reasons reasons = host.reasons(agent);
  const PetCard card = host.pet(agent);
  if (card.withdrawn) {
    reasons.chosen.clear();
  }
  const std::string name = host.name_of(agent);
  std::vector<std::string> lines;
  const std::string when = "in step " + std::to_string(reasons.step - 1);
  append_wrapped(lines, printable(reasons.sentence), width, 2);
  if (reasons.options.empty()) {
    return lines;
  }
  lines.push_back(clipped(name + " (" + printable(card.type) + ") " + when + " believed", width));
  append_beliefs(lines, reasons, width);
  std::string perceived = "perceived ";
  bool first = true;
  for (const auto& [modality, outcome] : reasons.perceived) {
    perceived += (first ? "" : ", ") + printable(modality) + ": " +
                 (outcome.empty() ? "nothing" : printable(outcome));
    first = false;
  }
  append_wrapped(lines, perceived, width, 2);
  append_wrapped(lines, courses(reasons), width, 2);
  append_table(lines, reasons, width);
  append_wrapped(lines, most_likely_next(reasons, host.next(agent)), width, 2);
  return lines;
}

std::vector<std::string> look(
    const Host& host, const Record& record, dks_agent_id agent, size_t width, bool utf8
) {
  const PetCard card = host.pet(agent);
  std::vector<std::string> lines;
  std::string head = host.name_of(agent) + ", a " + printable(card.type);
  if (card.cell) {
    head +=
        " at (" + std::to_string(card.cell->first) + ", " + std::to_string(card.cell->second) + ")";
  }
  const bool idle = card.withdrawn || card.action.empty();
  lines.push_back(head + (idle ? "" : ", last action: " + printable(card.action)));
  lines.push_back(
      "  mood        " + right(with_sign(card.mood, 2), 5) + (card.critical ? ", in need" : "") +
      (card.withdrawn ? ", withdrawn" : "")
  );
  for (const auto& [need, level] : card.needs) {
    lines.push_back(
        "  " + left(printable(need), 11) + " " + bar(level, 20, utf8) + " " + whole_percent(level)
    );
  }
  std::vector<std::string> traits;
  for (const auto& [trait, value] : card.personality) {
    traits.push_back(trait + " " + fixed(value, 2));
  }
  append_wrapped(lines, "  personality " + joined(traits), width, 14);
  std::vector<PetCard::Tie> ties = card.ties;
  std::stable_sort(ties.begin(), ties.end(), [](const auto& a, const auto& b) {
    return a.familiarity > b.familiarity;
  });
  std::vector<std::string> friends;
  for (size_t i = 0; i < ties.size() && i < 4; ++i) {
    friends.push_back(record.label(ties[i].other) + " " + fixed(ties[i].familiarity, 2));
  }
  append_wrapped(
      lines, "  knows       " + (friends.empty() ? "nobody yet" : joined(friends)), width, 14
  );
  lines.push_back("  cared for   " + counted(card.care, "time"));
  return lines;
}

}  // namespace petworld
