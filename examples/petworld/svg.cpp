// SPDX-License-Identifier: MIT
#include "svg.h"

#include "text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace petworld {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

Svg::Svg(double width, double height, const std::string& title) {
  const std::string w = number(width);
  const std::string h = number(height);
  out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
         "\" viewBox=\"0 0 " + w + " " + h +
         "\" role=\"img\" font-family=\"'Segoe UI','Helvetica Neue','DejaVu "
         "Sans',sans-serif\">\n<title>" +
         escaped(title) + "</title>\n";
}

std::string Svg::number(double value) {
  std::string text = fixed(value, 2);
  while (text.ends_with('0')) {
    text.pop_back();
  }
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

void Svg::rectangle(const Box& box, std::string_view colour, double corner) {
  out_ += "<rect x=\"" + number(box.x) + "\" y=\"" + number(box.y) + "\" width=\"" +
          number(box.width) + "\" height=\"" + number(box.height) + "\"";
  out_ += corner > 0 ? " rx=\"" + number(corner) + "\"" : "";
  out_ += " fill=\"" + std::string(colour) + "\"/>\n";
}

void Svg::circle(double x, double y, double radius, std::string_view colour) {
  circle_styled(x, y, radius, "fill:" + std::string(colour));
}

void Svg::circle_styled(double x, double y, double radius, std::string_view style) {
  out_ += "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"" + number(radius) +
          "\" style=\"" + std::string(style) + "\"/>\n";
}

void Svg::path(const std::string& d, std::string_view style) {
  out_ += "<path d=\"" + d + "\" style=\"" + std::string(style) + "\"/>\n";
}

void Svg::text(double x, double y, const std::string& text, std::string_view style) {
  out_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" style=\"" + std::string(style) +
          "\">" + escaped(text) + "</text>\n";
}

std::string Svg::finish() {
  return out_ + "</svg>\n";
}

std::string colour_of_mood(double mood) {
  constexpr int kStops[3][3] = {{0xd9, 0x53, 0x4f}, {0xf2, 0xc9, 0x5c}, {0x5a, 0xad, 0x6b}};
  const double at = (std::clamp(mood, -0.6, 0.6) + 0.6) / 1.2 * 2;
  const int stop = std::min(static_cast<int>(at), 1);
  char text[8];
  int rgb[3];
  for (int i = 0; i < 3; ++i) {
    rgb[i] = static_cast<int>(
        std::lround(kStops[stop][i] + (at - stop) * (kStops[stop + 1][i] - kStops[stop][i]))
    );
  }
  std::snprintf(text, sizeof text, "#%02x%02x%02x", rgb[0] & 0xFF, rgb[1] & 0xFF, rgb[2] & 0xFF);
  return text;
}

}  // namespace petworld
