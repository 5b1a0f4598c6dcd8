// The live picture of a world: its grid, moods and what happens, as one frame of a terminal.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"
#include "record.h"
#include "terminal.h"

#include <deque>
#include <string>
#include <vector>

namespace petworld {

struct WatchFrame {
  Size size{80, 24};
  std::string status;              // progress, under the grid
  std::string typed;               // the command line so far
  std::deque<std::string> feed;    // latest last
  std::vector<std::string> reply;  // shown instead of the grid while there is one
  std::string note;                // shown instead of the key to the signs
  bool paused = false;
};
// The rows that a frame has for the grid, or for a page of a reply.
size_t rows_of(const WatchFrame& frame);

// Lines of at most size.width - 1 columns and at most size.height of them, with colours if the
// screen has any.
std::vector<std::string> draw(
    const Host& host, const Record& record, const Screen& screen, const WatchFrame& frame
);

}  // namespace petworld
