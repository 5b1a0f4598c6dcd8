// Writing SVG: shapes, and text that is safe in XML.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace petworld {

class Svg {
 public:
  struct Box {
    double x, y, width, height;
  };
  Svg(double width, double height, const std::string& title);

  void rectangle(const Box& box, std::string_view colour, double corner);
  void circle(double x, double y, double radius, std::string_view colour);
  void circle_styled(double x, double y, double radius, std::string_view style);
  void path(const std::string& d, std::string_view style);
  void text(double x, double y, const std::string& text, std::string_view style);
  void open(std::string_view tag) { out_ += std::string(tag) + "\n"; }
  void close(std::string_view tag) { open(tag); }
  std::string finish();

  // Two decimals at most.
  static std::string number(double value);

 private:
  std::string out_;
};

// From red over amber to green.
std::string colour_of_mood(double mood);

}  // namespace petworld
