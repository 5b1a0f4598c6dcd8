// What the user sees while a world runs: nothing, a line a day, a progress bar, or the world
// itself. SPDX-License-Identifier: MIT
#pragma once

#include "feed.h"
#include "host.h"
#include "progress.h"
#include "record.h"
#include "terminal.h"
#include "watch.h"

#include <string>
#include <vector>

namespace petworld {

class View {
 public:
  enum class Kind {
    kSilent,
    kLines,   // standard output: a line a day
    kEvents,  // standard output: what happens, in words
    kBar,     // standard error: a bar; with day lines on standard output if that is no terminal
    kWatch    // standard output: the world
  };
  View(
      Kind kind,
      bool day_lines,
      const Screen& screen,
      const Host& host,
      const Record& record,
      uint64_t total
  );
  ~View();
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  size_t width() const;
  // After each step.
  void step(double rate);
  // Draws again if it is time or `now`.
  void refresh(const std::string& typed, bool paused, double rate, bool now);
  // What a command answered; an empty answer takes the last one away.
  void tell(const std::vector<std::string>& lines);
  // Leaves the terminal as it was, and comes back to it after a Ctrl-Z.
  void leave();
  void enter();

 private:
  std::string status_line(double rate, size_t width) const;
  void print_lines(const std::vector<std::string>& lines) const;

  Kind kind_;
  bool day_lines_;
  Screen screen_;
  const Host& host_;
  const Record& record_;
  uint64_t total_;
  Feed feed_;
  WatchFrame frame_;
  Clock::time_point drawn_{}, noted_{};
  bool entered_ = false;
};

}  // namespace petworld
