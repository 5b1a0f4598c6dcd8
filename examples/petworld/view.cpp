// SPDX-License-Identifier: MIT
#include "view.h"

#include "interrupt.h"
#include "text.h"

#include <cstdio>
#include <unistd.h>

namespace petworld {
namespace {

constexpr const char* kEnterScreen = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr const char* kLeaveScreen = "\x1b[0m\x1b[?25h\x1b[?1049l";
constexpr const char* kClearLine = "\r\x1b[K";
constexpr double kSecondsBetweenFrames = 1.0 / 30;
constexpr double kSecondsOfANote = 8;
constexpr size_t kRoomForHint = 72;  // columns that show the progress and the hint
constexpr size_t kFeedLength = 200;
constexpr size_t kFeedAStep = 5;

}  // namespace

View::View(
    Kind kind,
    bool day_lines,
    const Screen& screen,
    const Host& host,
    const Record& record,
    uint64_t total
)
    : kind_(kind),
      day_lines_(day_lines),
      screen_(screen),
      host_(host),
      record_(record),
      total_(total),
      feed_(host) {
  enter();
}

View::~View() {
  leave();
}

void View::enter() {
  if (entered_) {
    return;
  }
  entered_ = true;
  if (kind_ == Kind::kWatch) {
    restore_on_sudden_end(STDOUT_FILENO, kLeaveScreen);
    write_all(STDOUT_FILENO, kEnterScreen);
  } else if (kind_ == Kind::kBar) {
    restore_on_sudden_end(STDERR_FILENO, "\n");
  }
}

void View::leave() {
  if (!entered_) {
    return;
  }
  entered_ = false;
  if (kind_ == Kind::kWatch) {
    write_all(STDOUT_FILENO, kLeaveScreen);
  } else if (kind_ == Kind::kBar) {
    write_all(STDERR_FILENO, kClearLine);
  }
  restore_on_sudden_end(-1, nullptr);
}

size_t View::width() const {
  return kind_ == Kind::kWatch ? size_of_terminal(STDOUT_FILENO).width - 1
         : kind_ == Kind::kBar ? size_of_terminal(STDERR_FILENO).width - 1
                               : 79;
}

void View::step(double rate) {
  if (kind_ == Kind::kEvents) {
    for (const std::string& line : feed_.last_step(record_, 1000, 1000)) {
      std::printf(
          "day %llu %s  %s\n",
          static_cast<unsigned long long>(record_.day()),  // NOLINT(google-runtime-int)
          host_.clock().c_str(),
          line.c_str()
      );
    }
    std::fflush(stdout);
  }
  if (kind_ == Kind::kWatch) {
    for (std::string& line : feed_.last_step(record_, kFeedAStep, 1)) {
      frame_.feed.push_back(std::move(line));
    }
    while (frame_.feed.size() > kFeedLength) {
      frame_.feed.pop_front();
    }
  }
  if (day_lines_ && record_.steps() % host_.plan().steps_per_day == 0) {
    std::printf("%s\n", day_line(host_, record_, rate).c_str());
    std::fflush(stdout);
  }
}

void View::refresh(const std::string& typed, bool paused, double rate, bool now) {
  if (kind_ != Kind::kBar && kind_ != Kind::kWatch) {
    return;
  }
  const auto time = Clock::now();
  if (!now && std::chrono::duration<double>(time - drawn_).count() < kSecondsBetweenFrames) {
    return;
  }
  drawn_ = time;
  if (kind_ == Kind::kBar) {
    const size_t width = size_of_terminal(STDERR_FILENO).width;
    const std::string line = !typed.empty() ? clipped("> " + printable(typed), width - 1)
                             : paused
                                 ? std::string("paused; resume goes on, help lists commands")
                                 : progress_line(host_, record_, total_, rate, screen_.utf8, width);
    write_all(STDERR_FILENO, kClearLine + clipped(line, width - 1));
    return;
  }
  const Size size = size_of_terminal(STDOUT_FILENO);
  std::string out = size.width != frame_.size.width || size.height != frame_.size.height
                        ? "\x1b[2J\x1b[H"
                        : "\x1b[H";
  frame_.size = size;
  frame_.typed = typed;
  frame_.paused = paused;
  frame_.status = status_line(rate, size.width);
  if (std::chrono::duration<double>(time - noted_).count() > kSecondsOfANote) {
    frame_.note.clear();
  }
  bool first = true;
  for (const std::string& line : draw(host_, record_, screen_, frame_)) {
    out += (first ? "" : "\r\n") + line + "\x1b[K";
    first = false;
  }
  write_all(STDOUT_FILENO, out + "\x1b[J");
}

std::string View::status_line(double rate, size_t width) const {
  constexpr std::string_view kHint = "   help lists commands";
  const auto progress = [&](size_t room) {
    return progress_line(host_, record_, total_, rate, screen_.utf8, room);
  };
  return width < kRoomForHint ? progress(width) : cat(progress(width - kHint.size()), kHint);
}

void View::tell(const std::vector<std::string>& lines) {
  if (kind_ == Kind::kWatch) {
    // One line stands under the grid for a while; more of them take the place of the grid, page by
    // page.
    const size_t page = rows_of(frame_);
    frame_.note = lines.size() == 1 ? lines[0] : "";
    noted_ = Clock::now();
    if (lines.empty() && frame_.reply.size() > page) {
      frame_.reply.erase(frame_.reply.begin(), frame_.reply.begin() + static_cast<ptrdiff_t>(page));
    } else {
      frame_.reply = lines.size() > 1 ? lines : std::vector<std::string>();
    }
  } else if (kind_ == Kind::kBar) {
    std::string out = kClearLine;
    for (const std::string& line : lines) {
      out += line + "\r\n";
    }
    write_all(STDERR_FILENO, out);
  } else {
    print_lines(lines);
  }
}

void View::print_lines(const std::vector<std::string>& lines) const {
  std::FILE* to = kind_ == Kind::kSilent ? stderr : stdout;
  for (const std::string& line : lines) {
    std::fprintf(to, "%s\n", line.c_str());
  }
  std::fflush(to);
}

}  // namespace petworld
