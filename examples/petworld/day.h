// A day file: what users and sensors did, one JSON message a line, each with the step it belongs
// to. SPDX-License-Identifier: MIT
#pragma once

#include "host.h"

#include <cstdint>
#include <string>
#include <vector>

namespace petworld {

class DayFile {
 public:
  // Reads the file and checks every line against the world before anything runs.
  DayFile(const std::string& path, const Host& host);

  // Lines that cannot be taken, with file and line; at most kMostListed are kept, all are counted.
  static constexpr size_t kMostListed = 20;
  const std::vector<std::string>& problems() const { return problems_; }
  uint64_t skipped() const { return skipped_; }
  uint64_t messages() const { return lines_.size(); }
  // The step of the last message; 0 when there is none.
  uint64_t last_step() const { return lines_.empty() ? 0 : lines_.back().step; }

  // Posts what belongs to the step that the model is about to do.
  void post_due(const Host& host, uint64_t step);
  uint64_t accepted() const { return accepted_; }
  // Messages for steps that the run did not come to.
  uint64_t not_reached() const { return lines_.size() - next_; }

 private:
  struct Line {
    uint64_t step, offset, size, number;
  };
  std::string_view text_of(const Line& line) const {
    return std::string_view(text_).substr(line.offset, line.size);
  }
  std::string name_of(const Line& line) const { return path_ + ":" + std::to_string(line.number); }
  void address(Line& line, dks_agent_id pet);
  void skip(const Line& line, const std::string& said);

  std::string path_;
  std::string text_;         // the file's, and behind it the lines that were changed
  std::vector<Line> lines_;  // good ones, by step, those of one step in the file's order
  std::vector<std::string> problems_;
  uint64_t skipped_ = 0;
  uint64_t accepted_ = 0;
  size_t next_ = 0;
};

}  // namespace petworld
