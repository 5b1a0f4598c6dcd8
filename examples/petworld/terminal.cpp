// SPDX-License-Identifier: MIT
#include "terminal.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <poll.h>
#include <string_view>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace petworld {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value(variable(name));
    if (!value.empty()) {
      std::transform(value.begin(), value.end(), value.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      });
      return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
    }
  }
  return false;
}

constexpr size_t kLongestLine = 4096;

}  // namespace

Screen look_at_screen() {
  Screen screen;
  screen.in = isatty(STDIN_FILENO) == 1;
  screen.out = isatty(STDOUT_FILENO) == 1;
  screen.err = isatty(STDERR_FILENO) == 1;
  const std::string_view term = variable("TERM");
  screen.dumb = term.empty() || term == "dumb" || term == "unknown";
  screen.utf8 = locale_is_utf8();
  if (!screen.dumb && variable("NO_COLOR").empty()) {
    const bool many = term.find("256") != std::string_view::npos || !variable("COLORTERM").empty();
    screen.colours = many ? 256 : 8;
  }
  return screen;
}

Size size_of_terminal(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    return {size.ws_col, size.ws_row};
  }
  return {80, 24};
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = write(fd, text.data(), text.size());
    if (done > 0) {
      text.remove_prefix(static_cast<size_t>(done));
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, 100);
    } else if (errno != EINTR) {
      return;
    }
  }
}

LineInput::LineInput(bool terminal) : terminal_(terminal) {
  take();
}

LineInput::~LineInput() {
  release();
}

void LineInput::take() {
  if (!terminal_ || taken_ || !in_foreground() || tcgetattr(STDIN_FILENO, &before_) != 0) {
    return;
  }
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  taken_ = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

void LineInput::release() {
  if (taken_) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    taken_ = false;
  }
}

// A job in the background would be stopped for reading its terminal.
bool LineInput::in_foreground() const {
  return !terminal_ || tcgetpgrp(STDIN_FILENO) == getpgrp();
}

std::optional<std::string> LineInput::next(double seconds) {
  if (lines_.empty() && !at_end_ && in_foreground()) {
    pollfd ready{STDIN_FILENO, POLLIN, 0};
    const int wait = static_cast<int>(std::ceil(std::clamp(seconds, 0.0, 3600.0) * 1000));
    if (poll(&ready, 1, wait) > 0) {
      read_keys();
    }
  } else if (lines_.empty() && seconds > 0) {
    poll(nullptr, 0, static_cast<int>(std::ceil(std::min(seconds, 3600.0) * 1000)));
  }
  if (lines_.empty()) {
    return std::nullopt;
  }
  std::string line = std::move(lines_.front());
  lines_.erase(lines_.begin());
  return line;
}

void LineInput::read_keys() {
  char keys[1024];
  const ssize_t size = read(STDIN_FILENO, keys, sizeof keys);
  if (size > 0) {
    for (ssize_t i = 0; i < size; ++i) {
      key(keys[i]);
    }
  } else if (size == 0 || (errno != EINTR && errno != EAGAIN)) {
    at_end_ = true;
    if (!typed_.empty()) {
      key('\n');
    }
  }
}

void LineInput::key(char c) {
  if (terminal_ && (escape_ || c == '\x1b')) {
    // ESC [ parameters letter, or ESC letter.
    bracket_ = escape_ && (bracket_ || c == '[' || c == 'O');
    escape_ = c == '\x1b' || (bracket_ && (c == '[' || c == 'O' || c < '@' || c > '~'));
    return;
  }
  if (c == '\n' || c == '\r') {
    lines_.push_back(std::move(typed_));
    typed_.clear();
  } else if (terminal_ && (c == '\x7f' || c == '\b')) {
    while (!typed_.empty() && (static_cast<uint8_t>(typed_.back()) & 0xC0) == 0x80) {
      typed_.pop_back();
    }
    if (!typed_.empty()) {
      typed_.pop_back();
    }
  } else if (terminal_ && c == '\x15') {
    typed_.clear();
  } else if (typed_.size() < kLongestLine && (static_cast<uint8_t>(c) >= 0x20 || c == '\t')) {
    typed_ += c;
  }
}

}  // namespace petworld
