// What the terminal can do, and reading what is typed without stopping the world.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <termios.h>
#include <vector>

namespace petworld {

struct Screen {
  bool in = false, out = false, err = false;  // is standard input, output, error a terminal?
  bool dumb = false;                          // it cannot move its cursor
  bool utf8 = false;
  int colours = 0;  // 0, 8 or 256
};
Screen look_at_screen();

struct Size {
  size_t width, height;
};
// Of the terminal at `fd`; 80 x 24 when it does not say.
Size size_of_terminal(int fd);

// Writes all of it, however long that takes.
void write_all(int fd, std::string_view text);

// Standard input as lines. From a terminal keys are taken as they come and not echoed: the line so
// far is typed(), and whoever draws shows it. The terminal is as before when this goes away.
class LineInput {
 public:
  explicit LineInput(bool terminal);
  ~LineInput();
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;

  // Waits for input or a signal, at most that long; nullopt when there is no whole line yet.
  std::optional<std::string> next(double seconds);
  const std::string& typed() const { return typed_; }
  bool at_end() const { return at_end_; }

  void release();  // gives the terminal back ...
  void take();     // ... and takes it again

 private:
  void read_keys();
  void key(char c);
  bool in_foreground() const;

  bool terminal_;
  bool at_end_ = false;
  bool taken_ = false;
  bool escape_ = false, bracket_ = false;  // inside an arrow key or its like, which are ignored
  termios before_{};
  std::string typed_;
  std::vector<std::string> lines_;  // whole ones, latest last
};

}  // namespace petworld
