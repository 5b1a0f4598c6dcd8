// SPDX-License-Identifier: MIT
#include "day.h"

#include "error.h"
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

// To dks "#12" is a channel, as any "#word"; here it is the pet that the summary calls so.
bool is_number_of_pet(std::string_view to) {
  return to.size() > 1 && to[0] == '#' &&
         to.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

DayFile::DayFile(const std::string& path, const Host& host) : path_(path), text_(read_file(path)) {
  const uint64_t end_of_file = text_.size();
  uint64_t number = 0;
  for (uint64_t at = 0; at < end_of_file;) {
    const uint64_t end = std::min<uint64_t>(text_.find('\n', at), end_of_file);
    Line line{0, at, end - at, ++number};
    at = end + 1;
    const std::string_view text = text_of(line);
    if (is_blank(text)) {
      continue;
    }
    if (dks_model_check_json(host.model(), name_of(line).c_str(), text.data(), text.size()) !=
        DKS_OK) {
      skip(line, dks_last_error());
      continue;
    }
    const DayMessage message = read_message(text);
    line.step = message.step;
    try {
      if (is_number_of_pet(message.to)) {
        address(line, host.find(message.to));
      }
      lines_.push_back(line);
    } catch (const Error& error) {
      skip(line, name_of(line) + ": /to: " + error.what());
    }
  }
  std::stable_sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
    return a.step < b.step;
  });
}

void DayFile::address(Line& line, dks_agent_id pet) {
  const std::string text = with_recipient(text_of(line), pet);
  line.offset = text_.size();
  line.size = text.size();
  text_ += text;
}

void DayFile::post_due(const Host& host, uint64_t step) {
  for (; next_ < lines_.size() && lines_[next_].step <= step; ++next_) {
    const Line& line = lines_[next_];
    const std::string_view text = text_of(line);
    if (dks_model_post_json(host.model(), name_of(line).c_str(), text.data(), text.size()) ==
        DKS_OK) {
      ++accepted_;
    } else {
      skip(line, dks_last_error());
    }
  }
}

void DayFile::skip(const Line& line, const std::string& said) {
  ++skipped_;
  if (problems_.size() < kMostListed) {
    problems_.push_back(printable(without_inner_line(name_of(line), said)));
  }
}

}  // namespace petworld
