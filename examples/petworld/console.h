// The commands that a user types while a world runs.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"
#include "record.h"

#include <string>
#include <vector>

namespace petworld {

// How fast the world runs.
struct Pace {
  double hz = 0;  // steps a second; 0: as fast as it goes
  bool paused = false;
  bool quit = false;
};

class Console {
 public:
  Console(const Host& host, const Record& record, Pace& pace, bool utf8);
  // Does one line; what to tell the user, line by line, at most `width` columns each where it is a
  // table.
  std::vector<std::string> run(const std::string& line, size_t width);
  // Messages that were posted.
  uint64_t posted() const { return posted_; }

  static std::vector<std::string> help(size_t width);

 private:
  std::vector<std::string> care(
      const std::string& kind, const std::string& pet, const std::string& text
  );
  std::vector<std::string> say(const std::string& rest);
  std::vector<std::string> speed(const std::string& rest);
  std::vector<std::string> list_pets(size_t width) const;
  std::vector<std::string> care_kinds() const;

  const Host& host_;
  const Record& record_;
  Pace& pace_;
  bool utf8_;
  uint64_t posted_ = 0;
};

}  // namespace petworld
