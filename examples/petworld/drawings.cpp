// SPDX-License-Identifier: MIT
#include "drawings.h"

#include "text.h"

#include <algorithm>

namespace petworld {

void draw_object(Svg& svg, const std::string& kind, double x, double y, double size) {
  if (kind == "tree") {
    svg.rectangle({x - 0.06 * size, y, 0.12 * size, 0.4 * size}, "#8a6a47", 0);
    svg.circle(x, y - 0.1 * size, 0.32 * size, "#5e9a52");
    svg.circle(x - 0.1 * size, y - 0.18 * size, 0.14 * size, "#79b26a");
  } else if (kind == "ball") {
    svg.circle(x, y, 0.24 * size, "#e0664f");
    svg.circle(x - 0.07 * size, y - 0.08 * size, 0.08 * size, "#f2a596");
  } else if (kind == "bed") {
    svg.rectangle(
        {x - 0.38 * size, y - 0.24 * size, 0.76 * size, 0.5 * size}, "#a9794f", 0.14 * size
    );
    svg.rectangle(
        {x - 0.3 * size, y - 0.16 * size, 0.6 * size, 0.34 * size}, "#f5ead6", 0.1 * size
    );
  } else {
    const std::string h = Svg::number(0.26 * size);
    svg.path(
        cat("M",
            Svg::number(x),
            " ",
            Svg::number(y - 0.26 * size),
            "l",
            h,
            " ",
            h,
            "l-",
            h,
            " ",
            h,
            "l-",
            h,
            " -",
            h,
            "z"),
        "fill:#8d7bb0"
    );
  }
}

void draw_pet(
    Svg& svg, size_t type, double mood, double x, double y, double radius, bool withdrawn
) {
  const std::string fill = colour_of_mood(mood);
  const std::string style =
      "fill:" + fill + ";stroke:#3a3a34;stroke-width:" + Svg::number(std::min(1.4, radius * 0.12)) +
      ";stroke-linejoin:round";
  const auto at = [&](double dx, double dy) {
    return Svg::number(x + dx * radius) + " " + Svg::number(y + dy * radius);
  };
  svg.open(withdrawn ? "<g opacity=\".45\">" : "<g>");
  switch (type % 4) {
    case 0:
      svg.path(cat("M", at(-0.92, -0.2), "L", at(-0.8, -1.25), "L", at(-0.1, -0.9), "z"), style);
      svg.path(cat("M", at(0.92, -0.2), "L", at(0.8, -1.25), "L", at(0.1, -0.9), "z"), style);
      svg.circle_styled(x, y, radius, style);
      break;
    case 1:
      svg.circle_styled(x, y, radius, style);
      svg.path(
          cat("M",
              at(-0.55, -0.85),
              "Q",
              at(-1.6, -0.9),
              " ",
              at(-1.2, 0.45),
              "Q",
              at(-0.75, 0.1),
              " ",
              at(-0.55, -0.85),
              "z"),
          style
      );
      svg.path(
          cat("M",
              at(0.55, -0.85),
              "Q",
              at(1.6, -0.9),
              " ",
              at(1.2, 0.45),
              "Q",
              at(0.75, 0.1),
              " ",
              at(0.55, -0.85),
              "z"),
          style
      );
      break;
    case 2:
      svg.path(
          cat("M", at(0.75, -0.35), "L", at(1.55, 0.05), "L", at(0.75, 0.35), "z"),
          "fill:#e8963c;stroke:#3a3a34;stroke-width:.6"
      );
      svg.path(cat("M", at(-0.7, 0.2), "L", at(-1.6, 0.75), "L", at(-0.35, 0.85), "z"), style);
      svg.circle_styled(x, y, radius * 0.9, style);
      break;
    default:
      svg.circle_styled(x, y, radius, style);
  }
  const double eye = std::max(0.5, radius * 0.13);
  svg.circle(x - 0.33 * radius, y - 0.12 * radius, eye, "#2c2c28");
  svg.circle(x + 0.33 * radius, y - 0.12 * radius, eye, "#2c2c28");
  const double smile = std::clamp(mood, -0.6, 0.6) * 0.7;
  svg.path(
      cat("M",
          at(-0.35, 0.42 - smile / 3),
          "Q",
          at(0, 0.42 + smile),
          " ",
          at(0.35, 0.42 - smile / 3)),
      "fill:none;stroke:#2c2c28;stroke-linecap:round;stroke-width:" +
          Svg::number(std::max(0.6, radius * 0.11))
  );
  svg.close("</g>");
}

}  // namespace petworld
