// SPDX-License-Identifier: MIT
#include "picture.h"

#include "drawings.h"
#include "error.h"
#include "record.h"
#include "svg.h"
#include "text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

namespace petworld {
namespace {

constexpr double kPanel = 220;
constexpr double kMargin = 28;
constexpr double kHead = 64;
constexpr size_t kMostSpots = 200'000;  // cells or pets; more make a picture that nothing can show

const char* colour_of_place(const std::string& place, size_t index) {
  constexpr const char* kOthers[] = {"#d9cfe8", "#f3d9d0", "#d4e6e4", "#eadfc8"};
  return place == "wild"         ? "#e6edd6"
         : place == "nest"       ? "#ead2ac"
         : place == "feeder"     ? "#b7d89a"
         : place == "playground" ? "#b5d6ea"
                                 : kOthers[index % std::size(kOthers)];
}

// Draws one world; all lengths in pixels.
class Picture {
 public:
  Picture(const Host& host, const Record& record)
      : host_(host), record_(record), plan_(host.plan()) {
    const double larger = std::max(plan_.width, plan_.height);
    cell_ = std::clamp(640 / larger, 3.0, 40.0);
    height_ = kHead + std::max(cell_ * plan_.height, 420.0) + kMargin;
    width_ = kMargin * 2 + cell_ * plan_.width + kPanel;
  }

  std::string draw() {
    const double days = static_cast<double>(record_.steps()) / plan_.steps_per_day;
    svg_ = Svg(width_, height_, printable(plan_.name));
    svg_.rectangle({0, 0, width_, height_}, "#fbfaf6", 0);
    svg_.text(kMargin, 34, printable(plan_.name), "font-size:24px;font-weight:700;fill:#3a3a34");
    svg_.text(
        kMargin,
        53,
        counted(host_.info().agent_count, "pet") + " after " +
            (days == 1 ? "a day" : fixed(days, days == static_cast<int>(days) ? 0 : 1) + " days") +
            ", " + host_.clock() + ", " + host_.weather() + ", " +
            fixed(host_.environment("temperature"), 0) + " °C",
        "font-size:13px;fill:#77776c"
    );
    draw_places();
    draw_food();
    draw_lines();
    draw_objects();
    draw_pets();
    draw_legend();
    return svg_.finish();
  }

 private:
  double x_of(double column) const { return kMargin + column * cell_; }
  double y_of(double row) const { return kHead + row * cell_; }
  struct Corner {
    double x, y;
  };
  Corner corner_of(uint64_t cell) const {
    const uint64_t column = cell % plan_.width;
    const uint64_t row = cell / plan_.width;
    return {x_of(static_cast<double>(column)), y_of(static_cast<double>(row))};
  }

  Column layer(const std::string& name) const {
    dks_column column{};
    check(dks_model_layer(host_.model(), name.c_str(), &column), kExitFailed);
    return Column(column);
  }

  // Runs of one place in a row are one rectangle.
  void draw_places() {
    const Plan::Layer* places = plan_.places();
    svg_.open("<g shape-rendering=\"crispEdges\">");
    svg_.rectangle(
        {x_of(0), y_of(0), cell_ * plan_.width, cell_ * plan_.height}, colour_of_place("wild", 0), 0
    );
    if (places != nullptr) {
      const Column cells = layer(places->name);
      for (uint32_t y = 0; y < plan_.height; ++y) {
        for (uint32_t x = 0; x < plan_.width;) {
          const auto place = static_cast<size_t>(cells.number(uint64_t{y} * plan_.width + x));
          uint32_t end = x + 1;
          while (end < plan_.width &&
                 static_cast<size_t>(cells.number(uint64_t{y} * plan_.width + end)) == place) {
            ++end;
          }
          if (place < places->categories.size() && places->categories[place] != "wild") {
            svg_.rectangle(
                {x_of(x), y_of(y), cell_ * (end - x), cell_},
                colour_of_place(places->categories[place], place),
                0
            );
          }
          x = end;
        }
      }
    }
    svg_.close("</g>");
  }

  void draw_food() {
    if (std::none_of(plan_.layers.begin(), plan_.layers.end(), [](const auto& layer) {
          return layer.name == "food";
        })) {
      return;
    }
    const Column food = layer("food");
    for (uint64_t cell = 0; cell < food.size() && cell_ >= 8; ++cell) {
      const auto crumbs =
          static_cast<int>(std::lround(std::clamp(food.number(cell), 0.0, 1.0) * 4));
      const auto [x, y] = corner_of(cell);
      for (int i = 0; i < crumbs; ++i) {
        svg_.circle(
            x + cell_ * (0.2 + 0.2 * i),
            y + cell_ * (i % 2 == 0 ? 0.8 : 0.88),
            cell_ * 0.05,
            "#5d8f3c"
        );
      }
    }
  }

  void draw_lines() {
    if (cell_ < 8) {
      return;
    }
    std::string path;
    for (uint32_t x = 0; x <= plan_.width; ++x) {
      path +=
          cat("M",
              Svg::number(x_of(x)),
              " ",
              Svg::number(y_of(0)),
              "v",
              Svg::number(cell_ * plan_.height));
    }
    for (uint32_t y = 0; y <= plan_.height; ++y) {
      path +=
          cat("M",
              Svg::number(x_of(0)),
              " ",
              Svg::number(y_of(y)),
              "h",
              Svg::number(cell_ * plan_.width));
    }
    svg_.path(path, "fill:none;stroke:#5c6b3c;stroke-opacity:.13;stroke-width:1");
  }

  void draw_objects() {
    for (const Plan::Object& object : plan_.objects) {
      draw_object(svg_, object.kind, x_of(object.x + 0.5), y_of(object.y + 0.5), cell_);
    }
  }

  void draw_pets() {
    std::map<uint64_t, std::vector<const PetRecord*>> by_cell;
    for (const Plan::Type& type : plan_.types) {
      const Column ids = host_.column(type, "id");
      const Column cells = host_.column(type, "cell");
      for (uint64_t row = 0; row < ids.size(); ++row) {
        if (const PetRecord* pet = record_.find(ids.id(row)); pet != nullptr) {
          by_cell[static_cast<uint64_t>(cells.number(row))].push_back(pet);
        }
      }
    }
    std::vector<Label> labels;
    for (auto& [cell, pets] : by_cell) {
      std::stable_sort(pets.begin(), pets.end(), [](const auto* a, const auto* b) {
        return a->id < b->id;
      });
      // One fills its cell, up to four share it, more overlap.
      const size_t side = pets.size() == 1 ? 1 : pets.size() <= 4 ? 2 : 3;
      const double radius = cell_ * (side == 1 ? 0.3 : side == 2 ? 0.19 : 0.14);
      const Corner corner = corner_of(cell);
      for (size_t i = 0; i < pets.size(); ++i) {
        const double step = cell_ / static_cast<double>(side);
        const size_t column = i % side;
        const size_t row = i / side % side;
        const double x = corner.x + step * (static_cast<double>(column) + 0.5);
        const double y = corner.y + step * (static_cast<double>(row) + 0.55);
        draw_pet(svg_, pets[i]->type, pets[i]->mood, x, y, radius, pets[i]->withdrawn);
        if (!pets[i]->name.empty()) {
          labels.push_back({pets[i]->shown(), x, y - radius * 1.35});
        }
      }
    }
    draw_labels(labels);
  }

  struct Label {
    std::string text;
    double x, y;
  };

  // Names above their pets, none over another: one that would be goes up.
  void draw_labels(std::vector<Label>& labels) {
    constexpr double kLine = 12;
    const auto half = [](const Label& label) {
      return 3.6 * static_cast<double>(columns(label.text));
    };
    for (size_t i = 0; i < labels.size(); ++i) {
      labels[i].x = std::clamp(
          labels[i].x,
          kMargin + half(labels[i]),
          std::max(kMargin + half(labels[i]), x_of(plan_.width) - half(labels[i]))
      );
      for (size_t k = 0; k < i; ++k) {
        const bool over = std::abs(labels[i].x - labels[k].x) < half(labels[i]) + half(labels[k]) &&
                          std::abs(labels[i].y - labels[k].y) < kLine;
        if (over) {
          labels[i].y = labels[k].y - kLine;
          k = static_cast<size_t>(-1);
        }
      }
      svg_.text(
          labels[i].x,
          labels[i].y,
          labels[i].text,
          "font-size:12px;font-weight:700;fill:#2c2c28;stroke:#fbfaf6;stroke-width:3px;stroke-"
          "linejoin:round;paint-order:stroke;text-anchor:middle"
      );
    }
  }

  void heading(double x, double& y, const char* text) {
    svg_.text(x, y, text, "font-size:12px;font-weight:700;fill:#77776c");
    y += 12;
  }

  void entry(double x, double& y, const std::string& text) {
    svg_.text(x + 32, y + 13, clipped(text, 26), "font-size:13px;fill:#3a3a34");
    y += 24;
  }

  void draw_legend() {
    const double x = x_of(plan_.width) + 28;
    double y = kHead + 10;
    if (const Plan::Layer* places = plan_.places(); places != nullptr) {
      heading(x, y, "Places");
      for (size_t i = 0; i < places->categories.size() && i < 8; ++i) {
        svg_.rectangle({x, y, 22, 16}, colour_of_place(places->categories[i], i), 3);
        entry(x, y, printable(places->categories[i]));
      }
      y += 16;
    }
    std::vector<std::string> kinds;
    for (const Plan::Object& object : plan_.objects) {
      if (kinds.size() < 6 && std::find(kinds.begin(), kinds.end(), object.kind) == kinds.end()) {
        kinds.push_back(object.kind);
      }
    }
    if (!kinds.empty()) {
      heading(x, y, "Objects");
      for (const std::string& kind : kinds) {
        draw_object(svg_, kind, x + 11, y + 8, 24);
        entry(x, y, printable(kind));
      }
      y += 16;
    }
    heading(x, y, "Pets");
    for (size_t type = 0; type < plan_.types.size() && type < 6; ++type) {
      const auto pets = static_cast<uint64_t>(host_.column(plan_.types[type], "id").size());
      draw_pet(svg_, type, 0.3, x + 11, y + 9, 8, false);
      entry(x, y, printable(plan_.types[type].name) + " (" + grouped(pets) + ")");
    }
    y += 16;
    heading(x, y, "Mood");
    for (int i = 0; i < 24; ++i) {
      svg_.rectangle({x + 6.5 * i, y, 7, 12}, colour_of_mood(-0.6 + 1.2 * i / 23), 0);
    }
    svg_.text(x, y + 27, "low", "font-size:12px;fill:#77776c");
    svg_.text(x + 156, y + 27, "high", "font-size:12px;fill:#77776c;text-anchor:end");
  }

  const Host& host_;
  const Record& record_;
  const Plan& plan_;
  Svg svg_{0, 0, ""};
  double cell_ = 0, width_ = 0, height_ = 0;
};

}  // namespace

int picture(const PictureOptions& options) {
  Host host(read_world_files(options.world), options.settings);
  if (uint64_t{host.plan().width} * host.plan().height > kMostSpots ||
      host.info().agent_count > kMostSpots) {
    throw Error(
        "\"" + printable(options.world) + "\" is too large for a picture: at most " +
        grouped(kMostSpots) + " cells and pets"
    );
  }
  Record record(host);
  const uint64_t steps = options.steps.value_or(host.plan().steps_per_day);
  for (uint64_t i = 0; i < steps; ++i) {
    host.step();
    record.observe();
  }
  write_file(options.out, Picture(host, record).draw());
  std::printf("Wrote %s\n", printable(options.out).c_str());
  return kExitOk;
}

}  // namespace petworld
