// What a user did that cannot be done, said to the user.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace petworld {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;  // something broke while running: a full disk, no memory
inline constexpr int kExitUsage = 2;   // a flag, a file or an answer is wrong; nothing was done

// Ends the program with its text on standard error and its exit code.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& text, int exit_code = kExitUsage)
      : std::runtime_error(text), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

}  // namespace petworld
