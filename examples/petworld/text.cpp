// SPDX-License-Identifier: MIT
#include "text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace petworld {
namespace {

// One character of UTF-8 at the front of `text`: its bytes and code point; 0 bytes for what is
// none.
struct Rune {
  size_t bytes;
  uint32_t code;
};

Rune first_rune(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i])); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) {
    return {1, lead};
  }
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) {
    return {0, 0};
  }
  uint32_t code = lead & (0x7FU >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {0, 0};
    }
    code = (code << 6) | (byte(i) & 0x3F);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return overlong || surrogate || code > 0x10FFFF ? Rune{0, 0} : Rune{size, code};
}

// Enough of Unicode's East Asian Width for names and glyphs.
size_t width_of(uint32_t code) {
  if ((code >= 0x300 && code < 0x370) || code == 0x200D || (code >= 0xFE00 && code <= 0xFE0F)) {
    return 0;
  }
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                    (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

bool is_control(uint32_t code) {
  // Besides C0, DEL and C1: what reorders or hides text.
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
         (code >= 0x200B && code <= 0x200F && code != 0x200D) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

size_t edits(std::string_view a, std::string_view b) {
  std::vector<size_t> before2;
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    before[j] = j;
  }
  const auto same = [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  };
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = before[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      now[j] = std::min({replaced, before[j] + 1, now[j - 1] + 1});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        now[j] = std::min(now[j], before2[j - 2] + 1);
      }
    }
    before2 = before;
    std::swap(before, now);
  }
  return before[b.size()];
}

}  // namespace

std::string fixed(double value, int decimals) {
  char digits[400];
  const int size = std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
  std::string text(digits, static_cast<size_t>(std::clamp(size, 0, 399)));
  if (text[0] == '-' && text.find_first_not_of("-0.") == std::string::npos) {
    text.erase(0, 1);
  }
  return text;
}

std::string with_sign(double value, int decimals) {
  std::string text = fixed(value, decimals);
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  return zero || text[0] == '-' ? text : "+" + text;
}

std::string percent(double share) {
  return fixed(100 * share, 1) + " %";
}

std::string grouped(uint64_t value) {
  const std::string digits = std::to_string(value);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) {
      text += ',';
    }
    text += digits[i];
  }
  return text;
}

std::string two_digits(uint64_t value) {
  return cat(value < 10 ? "0" : "", std::to_string(value));
}

std::string rate_text(double rate) {
  return fixed(rate, rate >= 9.95 ? 0 : rate >= 0.995 ? 1 : rate >= 0.0995 ? 2 : 3);
}

std::string duration(double seconds) {
  const auto whole = static_cast<uint64_t>(std::clamp(seconds, 0.0, 3.6e9));
  const std::string tail = cat(":", two_digits(whole % 60));
  return whole < 3600 ? cat(std::to_string(whole / 60), tail)
                      : cat(std::to_string(whole / 3600), ":", two_digits(whole / 60 % 60), tail);
}

std::string counted(uint64_t count, std::string_view noun) {
  return grouped(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string joined(std::span<const std::string> items, std::string_view separator) {
  std::string text;
  for (const std::string& item : items) {
    text += text.empty() ? "" : separator;
    text += item;
  }
  return text;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    if (rune.bytes == 0 || is_control(rune.code)) {
      out += '?';
    } else {
      out += text.substr(0, rune.bytes);
    }
    text.remove_prefix(std::max<size_t>(rune.bytes, 1));
  }
  return out;
}

size_t columns(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    width += rune.bytes == 0 ? 1 : width_of(rune.code);
    text.remove_prefix(std::max<size_t>(rune.bytes, 1));
  }
  return width;
}

std::string clipped(std::string_view text, size_t width) {
  if (columns(text) <= width) {
    return std::string(text);
  }
  constexpr std::string_view kMark = "..";
  const size_t room = width > kMark.size() ? width - kMark.size() : width;
  std::string out;
  size_t used = 0;
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    const size_t bytes = std::max<size_t>(rune.bytes, 1);
    const size_t more = rune.bytes == 0 ? 1 : width_of(rune.code);
    if (used + more > room) {
      break;
    }
    out += text.substr(0, bytes);
    used += more;
    text.remove_prefix(bytes);
  }
  return width > kMark.size() ? out + std::string(kMark) : out;
}

std::string left(std::string_view text, size_t width) {
  std::string out = clipped(text, width);
  const size_t used = columns(out);
  return out.append(width - std::min(used, width), ' ');
}

std::string right(std::string_view text, size_t width) {
  const std::string out = clipped(text, width);
  return std::string(width - std::min(columns(out), width), ' ') + out;
}

std::vector<std::string> wrapped(const std::string& text, size_t width, size_t indent) {
  std::vector<std::string> lines;
  const size_t start = std::min(text.find_first_not_of(' '), text.size());
  std::string line(start, ' ');
  for (size_t at = start; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (at > start && columns(line) + 1 + columns(word) > width) {
      lines.push_back(line);
      line = std::string(indent, ' ') + word;
    } else {
      line += (at == start ? "" : " ") + word;
    }
    at = end + 1;
  }
  lines.push_back(line);
  return lines;
}

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known) {
  if (name.empty() || name.size() > 64) {
    return std::nullopt;
  }
  std::optional<std::string> best;
  size_t least = std::max<size_t>(1, name.size() / 2) + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > 64) {
      continue;
    }
    const size_t distance = edits(name, candidate);
    if (distance < least && distance < std::max(name.size(), candidate.size())) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
  const auto near = nearest(name, known);
  return near ? "; did you mean \"" + *near + "\"?" : std::string();
}

std::string bar(double share, size_t width, bool utf8) {
  const double clamped = std::clamp(std::isnan(share) ? 0.0 : share, 0.0, 1.0);
  if (!utf8) {
    const auto full = static_cast<size_t>(std::lround(clamped * static_cast<double>(width)));
    return std::string(full, '#') + std::string(width - full, '.');
  }
  constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<size_t>(std::lround(clamped * static_cast<double>(width) * 8));
  std::string out;
  for (size_t i = 0; i < eighths / 8; ++i) {
    out += "█";
  }
  out += kEighths[eighths % 8];
  const size_t used = eighths / 8 + (eighths % 8 != 0 ? 1 : 0);
  return out.append(width - used, ' ');
}

}  // namespace petworld
