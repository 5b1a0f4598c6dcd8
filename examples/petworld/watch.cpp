// SPDX-License-Identifier: MIT
#include "watch.h"

#include "plot.h"
#include "text.h"

#include <algorithm>
#include <cmath>

namespace petworld {
namespace {

constexpr size_t kPanelWidth = 38;
constexpr size_t kRowsAround = 4;  // the head above the grid, key, status and command line below it

struct PlaceLook {
  const char* name;
  int colour256;
  const char* colour8;
  char letter;  // where there is no colour
};
constexpr PlaceLook kPlaces[] = {
    {"wild", 235, "40", '.'},
    {"nest", 94, "43", '='},
    {"feeder", 22, "42", '%'},
    {"playground", 24, "44", '+'}};
constexpr PlaceLook kOtherPlaces[] = {
    {"", 53, "45", '~'}, {"", 23, "46", ':'}, {"", 52, "41", '^'}, {"", 237, "40", ','}};

const PlaceLook& look_of(const std::string& place, size_t index) {
  for (const PlaceLook& look : kPlaces) {
    if (place == look.name) {
      return look;
    }
  }
  return kOtherPlaces[index % std::size(kOtherPlaces)];
}

// 0: miserable ... 4: happy.
size_t mood_step(double mood) {
  return mood < -0.5 ? 0 : mood < -0.15 ? 1 : mood < 0.15 ? 2 : mood < 0.5 ? 3 : 4;
}

class Painter {
 public:
  explicit Painter(int colours) : colours_(colours) {}
  std::string place(const PlaceLook& look) const {
    return colours_ == 0     ? ""
           : colours_ == 256 ? "\x1b[48;5;" + std::to_string(look.colour256) + ";38;5;244m"
                             : std::string("\x1b[") + look.colour8 + ";37m";
  }
  std::string mood(double mood, bool bold) const {
    constexpr const char* kMany[] = {"203", "215", "229", "156", "48"};
    constexpr const char* kFew[] = {"31", "31", "33", "32", "32"};
    const std::string weight = bold ? ";1m" : "m";
    return colours_ == 0     ? ""
           : colours_ == 256 ? std::string("\x1b[38;5;") + kMany[mood_step(mood)] + weight
                             : std::string("\x1b[") + kFew[mood_step(mood)] + weight;
  }
  // Before a pet's letter: few colours would be a mood's and a place's at once, as green on green.
  std::string backdrop() const { return colours_ == 8 ? "\x1b[40m" : ""; }
  std::string bold() const { return colours_ == 0 ? "" : "\x1b[1m"; }
  std::string faint() const { return colours_ == 0 ? "" : "\x1b[2m"; }
  std::string plain() const { return colours_ == 0 ? "" : "\x1b[0m"; }
  bool coloured() const { return colours_ != 0; }
  bool many() const { return colours_ == 256; }

 private:
  int colours_;
};

// What stands in a drawn cell, which is `scale` cells of the world wide and high.
struct Spot {
  const PetRecord* pet = nullptr;
  bool named = false;
  size_t count = 0;
  double mood_sum = 0;
  bool object = false;
};

class Map {
 public:
  Map(const Host& host, const Record& record, size_t most_columns, size_t most_rows) : host_(host) {
    const Plan& plan = host.plan();
    const auto needed = [](size_t cells, size_t room) {
      return (cells + room - 1) / std::max<size_t>(room, 1);
    };
    scale_ =
        std::max({size_t{1}, needed(plan.width, most_columns / 2), needed(plan.height, most_rows)});
    width_ = needed(plan.width, scale_);
    height_ = needed(plan.height, scale_);
    spots_.resize(width_ * height_);
    for (const Plan::Object& object : plan.objects) {
      spot(object.x, object.y).object = true;
    }
    for (const Plan::Type& type : plan.types) {
      add_pets(type, record);
    }
  }

  size_t columns() const { return 2 * width_; }
  size_t rows() const { return height_; }
  size_t scale() const { return scale_; }

  std::string row(size_t y, const Painter& paint, bool utf8) const {
    std::string line;
    const Plan::Layer* places = host_.plan().places();
    dks_column layer{};
    const bool known =
        places != nullptr && dks_model_layer(host_.model(), places->name.c_str(), &layer) == DKS_OK;
    for (size_t x = 0; x < width_; ++x) {
      const PlaceLook* look = &kPlaces[0];
      if (known) {
        const size_t cell = std::min<size_t>(y * scale_ + scale_ / 2, host_.plan().height - 1) *
                                host_.plan().width +
                            std::min<size_t>(x * scale_ + scale_ / 2, host_.plan().width - 1);
        const auto category = static_cast<size_t>(std::max(0.0, Column(layer).number(cell)));
        look = &look_of(
            category < places->categories.size() ? places->categories[category] : "", category
        );
      }
      line += paint.place(*look) + cell(spots_[y * width_ + x], *look, paint, utf8) + paint.plain();
    }
    return line;
  }

 private:
  Spot& spot(size_t x, size_t y) { return spots_[y / scale_ * width_ + x / scale_]; }

  void add_pets(const Plan::Type& type, const Record& record) {
    const Column ids = host_.column(type, "id");
    const Column cells = host_.column(type, "cell");
    for (uint64_t row = 0; row < ids.size() && row < cells.size(); ++row) {
      const PetRecord* pet = record.find(ids.id(row));
      const auto cell = static_cast<uint64_t>(cells.number(row));
      if (pet == nullptr || cell >= uint64_t{host_.plan().width} * host_.plan().height) {
        continue;
      }
      Spot& at = spot(cell % host_.plan().width, cell / host_.plan().width);
      const bool named = !pet->name.empty();
      if (at.pet == nullptr || (named && !at.named)) {
        at.pet = pet;
        at.named = named;
      }
      ++at.count;
      at.mood_sum += pet->mood;
    }
  }

  // Two columns: who is there, and how many or, without many colours, in what mood.
  std::string cell(const Spot& at, const PlaceLook& look, const Painter& paint, bool utf8) const {
    if (at.count == 0) {
      if (at.object) {
        return utf8 ? "◆ " : "o ";
      }
      return paint.coloured() ? (look.letter == '.' ? (utf8 ? "· " : ". ") : "  ")
                              : std::string(1, look.letter) + " ";
    }
    const double mood = at.mood_sum / static_cast<double>(at.count);
    const std::string name = at.named ? at.pet->shown() : host_.plan().types[at.pet->type].name;
    char letter = name.empty() || static_cast<uint8_t>(name[0]) >= 0x80 ? '?' : name[0];
    if (at.named && letter >= 'a' && letter <= 'z') {
      letter = static_cast<char>(letter - 32);
    }
    const char mark = at.count > 9          ? '+'
                      : at.count > 1        ? static_cast<char>('0' + at.count)
                      : paint.many()        ? ' '
                      : mood_step(mood) < 2 ? '-'
                      : mood_step(mood) > 2 ? '\''
                                            : ' ';
    return paint.backdrop() + paint.mood(mood, at.named) + letter + mark;
  }

  const Host& host_;
  size_t scale_ = 1, width_ = 0, height_ = 0;
  std::vector<Spot> spots_;
};

std::string head_line(
    const Host& host, const Record& record, const WatchFrame& frame, size_t width
) {
  const std::string left_part =
      printable(host.plan().name) + "   day " + std::to_string(record.day()) + "  " + host.clock() +
      "   " + host.weather() + "   " + fixed(host.environment("temperature"), 1) + " C" +
      (host.environment("light") < 0.2 ? "   night" : "") + (frame.paused ? "   PAUSED" : "");
  const std::string right_part = grouped(host.info().agent_count) + " pets";
  if (columns(left_part) + columns(right_part) + 2 > width) {
    return clipped(left_part, width);
  }
  return left_part + right(right_part, width - columns(left_part));
}

// What the colours, letters and signs mean; what nobody could guess comes first, for what does not
// fit is left out.
std::string key_line(
    const Host& host, const Painter& paint, size_t width, size_t scale, bool utf8
) {
  std::string line;
  size_t used = 0;
  const auto add = [&](const std::string& text, const std::string& colour) {
    if (used + columns(text) + 1 <= width) {
      line += colour + text + paint.plain() + " ";
      used += columns(text) + 1;
    }
  };
  if (scale > 1) {
    add("1 spot = " + std::to_string(scale) + " x " + std::to_string(scale) + " cells", "");
  }
  if (!paint.many()) {
    add("-sad 'glad", "");
  }
  if (const Plan::Layer* places = host.plan().places(); places != nullptr) {
    for (size_t i = 0; i < places->categories.size(); ++i) {
      const PlaceLook& look = look_of(places->categories[i], i);
      const std::string name = printable(places->categories[i]);
      add(paint.coloured() ? " " + name + " " : std::string(1, look.letter) + name,
          paint.place(look));
    }
  }
  if (!host.plan().objects.empty()) {
    add(utf8 ? "◆object" : "o object", "");
  }
  for (const Plan::Type& type : host.plan().types) {
    const std::string name = printable(type.name);
    add(clipped(name.substr(0, 1) + "=" + name, 12), "");
  }
  add("A=named", paint.bold());
  return line;
}

std::vector<std::string> panel(
    const Host& host,
    const Record& record,
    const Painter& paint,
    const WatchFrame& frame,
    size_t rows,
    size_t width,
    bool utf8
) {
  std::vector<std::string> lines;
  const Tally& now = record.last_step();
  lines.push_back("Mood of all   " + with_sign(now.mean_mood(), 2));
  lines.push_back(sparkline(record.mood().resampled(width - 1), utf8));
  lines.push_back(
      clipped("In need: " + grouped(now.critical_steps) + " of " + counted(now.pets, "pet"), width)
  );
  lines.emplace_back();
  size_t named = 0;
  for (const PetRecord& pet : record.pets()) {
    if (!pet.present || named >= std::min<size_t>(8, rows / 3) || pet.name.empty()) {
      continue;
    }
    ++named;
    const std::string state = pet.withdrawn ? "away" : pet.critical ? "in need" : "";
    lines.push_back(
        left(pet.shown(), 10) + " " + left(printable(host.plan().types[pet.type].name), 8) +
        paint.mood(pet.mood, true) + right(with_sign(pet.mood, 2), 6) + paint.plain() + " " +
        left(state, 8)
    );
  }
  if (named > 0) {
    lines.emplace_back();
  }
  const size_t room = rows > lines.size() ? rows - lines.size() : 0;
  const size_t first = frame.feed.size() > room ? frame.feed.size() - room : 0;
  for (size_t i = first; i < frame.feed.size(); ++i) {
    lines.push_back(clipped(frame.feed[i], width));
  }
  lines.resize(std::min(lines.size(), rows));
  return lines;
}

}  // namespace

size_t rows_of(const WatchFrame& frame) {
  return frame.size.height > kRowsAround ? frame.size.height - kRowsAround : 1;
}

std::vector<std::string> draw(
    const Host& host, const Record& record, const Screen& screen, const WatchFrame& frame
) {
  const Painter paint(screen.colours);
  const size_t width = std::max<size_t>(frame.size.width, 2) - 1;
  const size_t rows = rows_of(frame);
  std::vector<std::string> lines;
  lines.push_back(paint.bold() + head_line(host, record, frame, width) + paint.plain());
  if (!frame.reply.empty()) {
    for (size_t i = 0; i < rows; ++i) {
      lines.push_back(i < frame.reply.size() ? clipped(frame.reply[i], width) : "");
    }
    const size_t more = frame.reply.size() > rows ? frame.reply.size() - rows : 0;
    lines.push_back(more > 0 ? "Enter: the next page" : "Enter: back to the world");
  } else {
    const bool with_panel = width >= kPanelWidth + 20;
    const Map map(host, record, with_panel ? width - kPanelWidth : width, rows);
    const auto beside =
        with_panel ? panel(host, record, paint, frame, rows, width - map.columns() - 2, screen.utf8)
                   : std::vector<std::string>();
    for (size_t y = 0; y < rows; ++y) {
      std::string line =
          y < map.rows() ? map.row(y, paint, screen.utf8) : std::string(map.columns(), ' ');
      lines.push_back(y < beside.size() ? line + "  " + beside[y] : line);
    }
    lines.push_back(
        frame.note.empty() ? key_line(host, paint, width, map.scale(), screen.utf8)
                           : clipped(frame.note, width)
    );
  }
  lines.push_back(paint.faint() + clipped(frame.status, width) + paint.plain());
  // Of a long command its end is what the user looks at.
  std::string typed = printable(frame.typed);
  while (columns(typed) + 3 > width && !typed.empty()) {
    typed.erase(0, 1);
  }
  lines.push_back("> " + typed + "_");
  lines.resize(std::min(lines.size(), frame.size.height));
  return lines;
}

}  // namespace petworld
