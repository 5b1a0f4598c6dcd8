// SPDX-License-Identifier: MIT
#include "day.h"

#include "text.h"

#include <algorithm>

namespace petworld {
namespace {

// dks calls a place NAME:LINE or NAME:LINE:COLUMN. NAME is FILE:LINE here and the document is one
// line, so its own line number, always 1, goes: "day.jsonl:12:1: /to: ..." becomes "day.jsonl:12:
// /to: ...".
std::string without_inner_line(const std::string& name, std::string said) {
  if (said.starts_with(name + ":1:")) {
    said.erase(name.size(), 2);
  }
  const std::string first = ", first in line 1";
  if (said.ends_with(first)) {
    said.resize(said.size() - first.size());
  }
  return said;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

DayFile::DayFile(const std::string& path, const Host& host) : path_(path), text_(read_file(path)) {
  uint64_t number = 0;
  for (uint64_t at = 0; at < text_.size();) {
    const uint64_t end = std::min<uint64_t>(text_.find('\n', at), text_.size());
    Line line{0, at, end - at, ++number};
    at = end + 1;
    const std::string_view text = text_of(line);
    if (is_blank(text)) {
      continue;
    }
    if (dks_model_check_json(host.model(), name_of(line).c_str(), text.data(), text.size()) !=
        DKS_OK) {
      skip(line);
      continue;
    }
    line.step = step_of_message(text);
    lines_.push_back(line);
  }
  std::stable_sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
    return a.step < b.step;
  });
}

void DayFile::post_due(const Host& host, uint64_t step) {
  for (; next_ < lines_.size() && lines_[next_].step <= step; ++next_) {
    const Line& line = lines_[next_];
    const std::string_view text = text_of(line);
    if (dks_model_post_json(host.model(), name_of(line).c_str(), text.data(), text.size()) ==
        DKS_OK) {
      ++accepted_;
    } else {
      skip(line);
    }
  }
}

void DayFile::skip(const Line& line) {
  ++skipped_;
  if (problems_.size() < kMostListed) {
    problems_.push_back(printable(without_inner_line(name_of(line), dks_last_error())));
  }
}

}  // namespace petworld
