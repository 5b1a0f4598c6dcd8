// Shared libraries as files to be trusted or not, and as code.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dks::capi {

// Which file it is, under whatever name. {}: none.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t number = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// An absolute path to a folder that not everybody may write to, with links resolved.
Result<std::string> trusted_folder(std::string_view path);

// A file that was checked and stays open, so that what is loaded is what was checked.
class TrustedFile {
 public:
  // `allowed`: folders of trusted_folder(). `sha256`: 64 hexadecimal digits; "": any.
  static Result<TrustedFile> open(
      std::string_view path, std::span<const std::string> allowed, std::string_view sha256
  );
  TrustedFile(TrustedFile&& other) noexcept;
  TrustedFile& operator=(TrustedFile&&) = delete;
  ~TrustedFile();

  const std::string& path() const { return path_; }  // links resolved
  FileIdentity identity() const { return identity_; }

  using Function = void (*)();
  struct Code {
    Function query = nullptr;
    Function init = nullptr;
  };
  // Loads the code, for as long as the process lives, and looks both functions up.
  Result<Code> load(const char* query, const char* init);

 private:
  TrustedFile(int descriptor, std::string path, FileIdentity identity)
      : descriptor_(descriptor), path_(std::move(path)), identity_(identity) {}

  int descriptor_;  // -1: moved from
  std::string path_;
  FileIdentity identity_;
};

}  // namespace dks::capi
